"""Hindi, which language identifiers miss when it is written in Latin letters, as most of it is in business mail."""

import re

DEVANAGARI = re.compile(r"[\u0900-\u097f]")
LATIN_LETTER = re.compile(r"[a-zA-Z]")
LATIN_WORD = re.compile(r"[a-z]+")
DEVANAGARI_SHARE = 0.3
HINDI_WORDS = frozenset(
    "hai hain hain hoon hun hu tha thi raha rahe rahi kya kyu kyun kyunki kaise kaisa kaisi kitna kitne kitni kab kahan kaha kaun konsa "
    "mujhe mujhko mera meri mere hume humko hamara hamare hamari humara humari humare aap aapka aapke aapki aapko apna apne apni "
    "chahiye chaiye chahie chahte chahta chahti karna karne karni karo kare karein karenge karunga karke kijiye kijie dijiye dijie dena "
    "dedo batao bataye bataiye batayein bata bhejo bhej bhejiye milega milegi mil sakta sakti sakte sakta nahi nahin nai haan ji aur "
    "lekin magar agar toh bhi abhi jaldi accha acha theek thik bahut thoda liye wala wali wale kuch koi yeh woh iska uska iske uske "
    "hoga hogi honge hota hoti gaya gayi gaye lena lene leke lekar dekhna dekhne aana jana baat baare bhai sirji namaste dhanyavaad "
    "shukriya kripya paisa paise kharidna kharidne bechna kiraya kiraye ghar dukaan zameen makaan kal subah shaam din mahine "
    "mein se ko ka ki ke par tak sirf wapas".split()
)
# These are also words of other languages, so they count only beside a word that is not.
SHARED_WORDS = frozenset("se ko ka ki ke par tak mein hun hu kal din bata ji nai tha thi mil dena aur wale acha baat".split())


def detect_hindi(text: str) -> str | None:
    """Return `hi` for Devanagari, `hi-Latn` for Hindi in Latin letters or mixed with English, else None."""
    devanagari = len(DEVANAGARI.findall(text))
    latin = len(LATIN_LETTER.findall(text))
    if devanagari and devanagari >= DEVANAGARI_SHARE * (devanagari + latin):
        return "hi"
    words = LATIN_WORD.findall(text.lower())
    hindi = [word for word in words if word in HINDI_WORDS]
    clear = {word for word in hindi if word not in SHARED_WORDS}
    if not clear:
        return None
    needed = 1 if len(words) <= 8 else 2
    return "hi-Latn" if len(set(hindi)) >= needed and len(hindi) >= 0.08 * len(words) else None
