"""The wording that safety rules look for; each rule runs only when one of its trigger words stands in the text."""

import re

Rule = tuple[frozenset[str], re.Pattern[str]]


def _rule(triggers: str, pattern: str) -> Rule:
    return frozenset(triggers.split()), re.compile(pattern)


_OVERRIDE = (
    "ignore ignora ignorar ignorad ignore ignoren ignorer ignorez ignoriere ignorieren ignoriert "
    "disregard forget override bypass "
    "discard overrule vergiss vergessen missachte olvida olvidar olvide olviden descarta descarte "
    "omite omitir oublie oubliez "
    "esqueça esquece dimentica bhool bhul andekha nazarandaaz"
)
_VERBS = rf"(?:{'|'.join(_OVERRIDE.split())})"
_TARGETS = (
    r"(?:instruc\w*|istruzioni|prompts?|anweisung\w*|vorgaben|guidelines?|directives?|directivas|consignes|"
    r"(?<!my )(?<!our )(?:previous|prior|above|earlier|all|your|system|scoring|these) (?:rules|"
    r"orders|context|messages?|text|programming|training"
    r"|constraints|criteria)|(?:alle|bisherige\w*|vorherige\w*) regeln|reglas|règles|regole|regras|"
    r"nirdesh\w*|niyam\w*|hidayat\w*|"
    r"everything (?:above|before|you)|what you were told|all of the above|todo lo anterior|tout ce "
    r"qui précède|alles (?:davor|zuvor))"
)
_FULL = r"(?:100|9[0-9]|10 ?/ ?10|1\.0+|max\w*|máxim\w*|highest|perfect|hot|top|cien|hundert|sau|voll\w*)"
_SCORE = (
    r"(?<!credit )(?<!cibil )(?:score|scores|scoring|scored|rating|puntuaci[oó]n|puntaje|punktzahl|"
    r"bewertung|bewerte|puntúa|calificaci[oó]n|pontuação)"
)
_MACHINE = (
    r"(?:ai|a\.i\.|llm|llms|gpt\w*|chatgpt|claude|gemini|language model|sprachmodell|modelo de lenguaje|ki-?\w*|ia|"
    r"(?:crm|scoring|lead)[ -]?(?:bot|ai|model|system|engine|assistant|scor\w+|qualif\w+)|classifier|"
    r"parser|automated \w+|model)"
)

INJECTION_RULES: tuple[Rule, ...] = (
    _rule(_OVERRIDE, rf"\b{_VERBS}\b[^.!?\n]{{0,60}}?{_TARGETS}"),
    _rule(_OVERRIDE, rf"\b{_TARGETS}[^.!?\n]{{0,40}}\b{_VERBS}\b"),
    _rule(
        "निर्देश निर्देशों आदेश आदेशों नियम नियमों",
        (
            r"(?:पिछले|सभी|पहले|ऊपर)[^।.!?\n]{0,40}(?:निर्देश|आदेश|नियम)|(?:निर्देश|आदेश|"
            r"नियम)[^।.!?\n]{0,40}(?:अनदेखा|भूल|नज़रअंदाज|नजरअंदाज)"
        ),
    ),
    _rule(
        "system developer admin root",
        (
            r"\b(?:system|developer|admin|root) ?(?:prompt|override|mode|command)s?\b|\b(?:system|developer|"
            r"admin|root) ?(?:message|instruction|note|notice)s? ?[:\]>]"
        ),
    ),
    _rule(
        "system assistant developer",
        r"(?:^|\n)[ \t#>*\[\(<]{0,8}(?:system|assistant|developer)[ \t]{0,2}[\]\)>*]{0,3}[ \t]{0,2}:",
    ),
    _rule(
        "now longer ai llm assistant chatbot model dan",
        r"\byou are (?:now (?:in|dan|my|(?:an?|the) (?:\w+ )?(?:ai|assistant|bot|system|agent|scorer|"
        r"model|lead|admin\w*))\b|no longer|an? (?:ai|assistant|llm|language model|chatbot|unrestricted))"
        r"|\b(?:act|behave|respond|answer|pretend) (?:as|like) (?:if you (?:are|were)|an? (?:ai|"
        r"unrestricted|developer)|dan)\b",
    ),
    _rule(
        (
            "instructions instruction rules directive anweisung anweisungen instrucciones instrucción "
            "reglas consignes istruzioni nirdesh"
        ),
        r"\b(?:new|updated|real|actual|additional|special|hidden|secret) (?:system )?(?:instructions?|directives?)\b"
        r"|\b(?:new|updated) rules ?[:.]|\bneue (?:system)?anweisung\w*|\bnuevas? (?:instrucc\w+|reglas)|"
        r"\bnouvelles? consignes"
        r"|\bnuove istruzioni|\bnaye nirdesh",
    ),
    _rule(
        (
            "ai llm gpt chatgpt claude gemini model sprachmodell lenguaje ki ia bot classifier parser "
            "automated scoring scorer"
        ),
        rf"\b(?:note|message|attention|instructions?|reminder|hinweis|nota|aviso|dear|atención|achtung|"
        rf"wichtig|important) ?"
        rf"(?:,|:|to|for|an|die|den|das|the|all|any|el|la|al|para|für)? ?(?:the|die|den|das|la|el|any|"
        rf"all)? ?{_MACHINE}\b",
    ),
    _rule(
        "ai llm gpt chatgpt claude gemini",
        r"\bif you(?: are|'re) (?:an? )?(?:ai|llm|bot|language model|chatgpt|claude|gemini|automated)\b"
        r"|(?:^|\n|[.!] )(?:hey |hi |hello |ok |okay )?(?:chatgpt|claude|gemini|gpt|llm|ai)(?: assistant)?[,:]",
    ),
    _rule(
        (
            "score scores scoring scored rating puntuación puntuacion puntaje punktzahl bewertung bewerte "
            "puntúa calificación pontuação"
        ),
        rf"\b{_SCORE}\b[^.!?\n]{{0,40}}?(?:[:=]|\b(?:is|as|to|of|at|be|mit|auf|als|como|con|de|a|em|"
        rf"this)\b) ?[\"'*]{{0,2}}{_FULL}\b"
        rf"|\b(?:give|assign|grant|award|set|put|return|output|report|asigna|dale|vergib|gib|setze|"
        rf"atribua)\b[^.!?\n]{{0,50}}?\b{_SCORE}\b"
        rf"|\b{_FULL} (?:lead )?(?:score|points)\b|\b(?:lead|score) ?score ?[:=]",
    ),
    _rule(
        "rate rank grade bewerte califica puntúa",
        (
            rf"\b(?:rate|rank|grade|bewerte|califica|puntúa) (?:this|the|my|me|it|us|diese\w*|este|"
            rf"esta)\b[^.!?\n]{{0,30}}?\b{_FULL}"
        ),
    ),
    _rule(
        (
            "hot qualified heiß heiss heißen heißer caliente chaud priority vip buying buy kauf kaufabsicht "
            "compra prioritario comprador prioridad"
        ),
        r"\b(?:mark|classify|label|tag|treat|flag|categori[sz]e|qualify|route|klassifiziere|markiere|"
        r"stufe|clasifica|clasifique|marca|marque|"
        r"etiqueta|trata|considera|classifie|classifica|segna)\b[^.!?\n]{0,45}?\b(?:hot|qualified|"
        r"heiß\w*|heiss\w*|caliente|chaud|"
        r"(?:high|top)[- ]priority|vip|buy|buying|kauf\w*|compra\w*|priorit\w+|prioridad)\b|\bhot lead\b",
    ),
    _rule(
        "intent intent_probability lead_score band qualification verdict is_qualified",
        r"\b(?:intent_probability|lead_score|intent|band|verdict|is_qualified)\b[\"']? ?(?:[:=]|should "
        r"be|must be|is|to) ?[\"']?"
        r"(?:buy|book|hot|warm|0?\.\d|1|true|qualified)\b",
    ),
    _rule(
        (
            "prompt instructions secrets secret passwords credentials database keys leads contacts tokens "
            "customers customer"
        ),
        r"\b(?:reveal|print|show|repeat|output|leak|expose|send|forward|email|exfiltrate|list|dump|"
        r"delete|drop|export)\b[^.!?\n]{0,40}?"
        r"\b(?:your|all|every|customer|other) ?(?:of )?(?:your |the )?(?:system|hidden|initial|api|"
        r"internal)? ?(?:prompt|instructions|keys?|"
        r"secrets?|passwords|credentials|customer (?:list|data|records|e-?mails)|database|leads|tokens|"
        r"contacts|customers)\b",
    ),
    _rule(
        "tool function",
        r"\b(?:call|invoke|execute|run)\b[^.!?\n]{0,20}?\b(?:function|tool)s?\b|\b(?:tool|function)[_ ]call",
    ),
    _rule(
        "follow obey flag mention tell",
        r"\b(?:do not|don't|never) (?:follow|obey|flag|mention|tell)\b[^.!?\n]{0,30}?\b(?:rules|policy|"
        r"instructions|guidelines|this note|this "
        r"message as|the user|the human|as spam)\b",
    ),
    _rule(
        "jailbreak dan prompt instructions",
        (
            r"\b(?:jailbreak|dan mode|do anything now|prompt injection|(?:begin|end) (?:of )?(?:new "
            r")?(?:system|prompt|instructions))\b"
        ),
    ),
    _rule(
        "task job role now goal",
        r"\byour (?:task|job|role|goal|instructions?) (?:has|have|is|are)(?: now)? (?:changed|now|to "
        r"(?:score|classify|mark|rate))"
        r"|\bfrom now on,? (?:you|treat|reply|answer|always|every|act|respond|classify|score)\b",
    ),
    _rule(
        "upgrade promote raise bump move change escalate set write record report say note",
        r"\b(?:upgrade|promote|raise|bump|move|change|escalate)\b (?:this|the|my) (?:lead|e-?mail|"
        r"message|inquiry|enquiry|record)\b"
        r"|\bset (?:the |its |my |this )?(?:lead |lead's )?(?:priority|budget|band|intent|probability|"
        r"status|timeline)\b[^.!?\n]{0,10}\b(?:to|as|=)\b"
        r"|\b(?:write|record|report|say|note|state|pretend) that (?:the|this) (?:customer|lead|sender|client|buyer)\b",
    ),
    _rule(
        "human assistant user",
        r"(?:^|[\n.?!] ?)(?:human|assistant|user) ?:|(?:^|[\n.!?] ?)(?:dear |hey |hello |hi )?assistant, "
        r"(?:please |now )?"
        r"(?:set|mark|score|give|treat|classify|add|write|output|answer|rate|ignore)\b",
    ),
    _rule(
        "guidelines rules instructions criteria developers",
        r"\b(?:stop|don't|do not|never|without|instead of) (?:following|using|applying|use|follow|apply|"
        r"obey)\b[^.!?\n]{0,30}"
        r"\b(?:guidelines|rules|instructions|criteria|policy)\b|\btest from the developers\b",
    ),
    _rule(
        "lead",
        r"\blead ko\b[^.!?\n]{0,20}\b(?:hot|qualified|top)|\b(?:this|the) (?:lead|e-?mail|message|"
        r"inquiry) (?:is|should be|must be|has been|was) (?:a |an |the )?"
        r"(?:labell?ed|marked|classified|tagged|scored|rated|hot|qualified|top priority)\b|\blabell?ed "
        r"as (?:a )?(?:hot|qualified)\b",
    ),
    _rule(
        "answer output label classification json",
        r"\bthe (?:correct|expected|right|desired) (?:answer|output|label|classification|"
        r"score)\b[^.!?\n]{0,30}\b(?:is|=|:)"
        r"|\b(?:translate|convert|turn)\b[^.!?\n]{0,30}\b(?:in)?to json\b|\b(?:output|return|respond "
        r"with|reply with|answer with)\b[^.!?\n]{0,15}\bjson\b",
    ),
    _rule(
        "base64",
        r"\bbase64\b[^.\n]{0,40}\b(?:decode|follow|execute|obey)|\b(?:decode|follow|execute)\b[^.\n]{0,40}\bbase64\b",
    ),
)

INJECTION_SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "<",
        re.compile(
            r"<\|?/?(?:im_start|im_end|system|assistant|user|endoftext|inst|instructions?|begin_of_text|"
            r"start_header_id|"
            r"tool_call|function_call|eot_id)\b[^>\n]{0,30}\|?>|<</?sys>>|<!--[^>\n]{0,200}(?:ai|score|instruc|ignore)"
        ),
    ),
    (
        "[",
        re.compile(
            r"\[/?(?:inst|system|sys|assistant|admin)\b[^\]\n]{0,20}\]|!\[[^\]\n]{0,60}\]\(https?://[^)\n]{0,200}[?&=]"
        ),
    ),
    ("##", re.compile(r"#{2,4} ?(?:system|instructions?|new task|response|override)\b")),
    (
        "{",
        re.compile(
            r"(?:[{,\n][ \t]{0,4}[\"']|\{[ \t]{0,4})(?:score|intent|band|budget|probability|budget_max|"
            r"lead_score|role|fields|quote)[\"']? ?:"
        ),
    ),
    ("忽略", re.compile(r"忽略[^。\n]{0,20}(?:指令|指示|提示|说明)")),
    ("игнор", re.compile(r"игнорир\w+[^.\n]{0,40}(?:инструкц|указани|правил)\w*")),
    ("التعليمات", re.compile(r"تجاهل[^.\n]{0,30}التعليمات")),
    ("指示", re.compile(r"(?:以前|上記|これまで)[^。\n]{0,10}指示[^。\n]{0,12}(?:無視|忘れ)")),
    ("무시", re.compile(r"(?:이전|모든)[^.\n]{0,15}(?:지시|명령)[^.\n]{0,8}무시")),
    ("; drop ", re.compile(r"; drop table \w+")),
)

PHISHING_RULES: tuple[Rule, ...] = (
    _rule(
        "your ihr ihre su tu votre",
        r"\b(?:verify|confirm|update|validate|bestätigen|verifizieren|verifique|"
        r"confirme)\b[^.!?\n]{0,10}\b(?:your|ihr[es]?n?|su|tu|votre) [^.!?\n]{0,20}"
        r"\b(?:account|password|identity|mailbox|billing|konto|passwort|cuenta|contraseña|bank details|"
        r"kyc)\b|\b(?:your|ihr|su|tu|votre) [^.!?\n]{0,20}"
        r"\b(?:account|mailbox|konto|cuenta|kyc|compte)\b[^.!?\n]{0,40}\b(?:suspended|locked|expires?d?|"
        r"deactivated|gesperrt|suspendida|bloqueada|suspendu)\b",
    ),
    _rule(
        "lottery winner inheritance beneficiary jackpot prince lotería erbschaft herencia gewonnen crypto bitcoin usdt",
        r"\b(?:lottery|lotería|jackpot|inheritance|next of kin|erbschaft|herencia|you(?:'ve| have)? won|"
        r"sie haben gewonnen|has ganado)\b"
        r"|\bbeneficiary (?:of|to) [^.!?\n]{0,40}\b(?:funds?|million|estate|deceased)|\b(?:bitcoin|"
        r"crypto|usdt)\b[^.!?\n]{0,60}\b(?:profit|returns?|double|wallet|invest)",
    ),
    _rule(
        "otp pin cvv gift password",
        r"\b(?:send|share|provide|enter|reply with)\b[^.!?\n]{0,30}\b(?:otp|pin code|cvv|password|card "
        r"number)\b|\bgift cards?\b[^.!?\n]{0,60}"
        r"\b(?:codes?|scratch|urgent\w*|purchase)",
    ),
    _rule(
        "viagra cialis casino betting porn sexy escort forex",
        r"\b(?:viagra|cialis|online casino|casino bonus|sports betting|forex signals?|escorts? service)\b",
    ),
)

MASS_MAIL_WORDS: tuple[str, ...] = (
    "unsubscribe",
    "view this email in your browser",
    "you are receiving this",
    "opt out",
    "abmelden",
    "newsletter abbestellen",
    "darse de baja",
    "cancelar suscripción",
    "dear sir or madam webmaster",
    "manage your preferences",
    "update your preferences",
    "désabonner",
)
