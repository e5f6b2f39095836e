"""Which language a message is written in, by a bundled identifier and our own rule for Hindi in Latin letters."""

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from metacortex.contexts.qualification.rules.intent import detect_hindi

LANGUAGES = [
    "ar", "bn", "cs", "da", "de", "el", "en", "es", "fi", "fr", "gu", "he", "hi", "hu", "id", "it", "ja", "kn",
    "ko", "ml", "mr", "nl", "no", "pa", "pl", "pt", "ro", "ru", "sv", "ta", "te", "th", "tr", "uk", "ur", "vi", "zh",
]  # fmt: skip
LONGEST_TEXT = 1_500


@cache
def load_identifier() -> LanguageIdentifier:
    """Load the identifier once, restricted to languages that business mail is written in."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LANGUAGES)
    return identifier


def detect_language(text: str) -> str:
    """Return a language code such as `en`, `es`, `hi` or `hi-Latn`; English when there are no letters to go by."""
    hindi = detect_hindi(text)
    if hindi:
        return hindi
    if not any(character.isalpha() for character in text):
        return "en"
    language, _ = load_identifier().classify(text[:LONGEST_TEXT])
    return str(language)
