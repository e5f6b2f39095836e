"""Opens the model files of the package; formats are read by hand so that numpy is the only library needed."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from metacortex.contexts.qualification.rules.intent import Encoder, Head, Vocabulary
from metacortex.contexts.qualification.types import Intent

ARTEFACTS = Path(__file__).parent / "artefacts"
UNKNOWN = "[UNK]"


@dataclass(frozen=True, slots=True)
class Model:
    """All that is learned: the token table, the intent head, and a name for exactly these weights."""

    encoder: Encoder
    head: Head
    version: str


def read_safetensors(path: Path) -> dict[str, NDArray[np.int8]]:
    """Read a safetensors file of int8 tensors: eight bytes of length, a JSON header, then the raw numbers."""
    content = path.read_bytes()
    header_end = 8 + int.from_bytes(content[:8], "little")
    tensors = {}
    for name, entry in json.loads(content[8:header_end]).items():
        if name == "__metadata__":
            continue
        if entry["dtype"] != "I8":
            raise ValueError(f"{path.name}: tensor {name} is {entry['dtype']}; this reader takes I8 only.")
        start, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(content[header_end + start : header_end + end], np.int8).reshape(entry["shape"])
    return tensors


def load_encoder(folder: Path = ARTEFACTS) -> Encoder:
    """Load the static token table and its word pieces."""
    ids = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    vectors = read_safetensors(folder / "static_256_int8.safetensors")["embeddings"]
    return Encoder(Vocabulary(ids, ids[UNKNOWN]), vectors)


def load_head(path: Path) -> Head:
    """Load the intent head that `tools/train_reader.py` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        return Head(
            intents=tuple(Intent(name) for name in stored["intents"].tolist()),
            meaning=stored["meaning"].astype(np.float32),
            hashed=stored["hashed"],
            hashed_scale=stored["hashed_scale"].astype(np.float32),
            facts=stored["facts"].astype(np.float32),
            bias=stored["bias"].astype(np.float32),
            temperature=float(stored["temperature"]),
        )


@cache
def load_model(folder: Path = ARTEFACTS) -> Model:
    """Load everything once per process; about 20 MiB stay in memory."""
    head_path = folder / "intent_head.npz"
    version = hashlib.sha256(head_path.read_bytes()).hexdigest()[:12]
    return Model(load_encoder(folder), load_head(head_path), version)
