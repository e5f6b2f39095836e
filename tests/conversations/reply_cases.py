"""Replies in many languages, written for these tests: (name, body, what the person wrote)."""

QUOTED = "> Hello,\n> when can you visit?\n> Regards"

CASES: tuple[tuple[str, str, str], ...] = (
    (
        "english",
        f"Friday works.\n\nOn Mon, Apr 2, 2012 at 6:26 PM, Ann Lee <ann@example.com> wrote:\n\n{QUOTED}",
        "Friday works.",
    ),
    (
        "english broken over lines",
        (
            "Friday works.\n\n"
            f"On Mon, Apr 2, 2012 at 6:26 PM, Ann Margaret Lee-Smith\n<ann@example.com>\nwrote:\n\n{QUOTED}"
        ),
        "Friday works.",
    ),
    (
        "english without quote signs",
        (
            "Friday works.\n\n"
            "On Mon, Apr 2, 2012 at 6:26 PM, Ann <ann@example.com> wrote:\n\nHello,\nwhen can you visit?"
        ),
        "Friday works.",
    ),
    ("name alone", f"Yes.\n\nAnn Lee wrote:\n{QUOTED}", "Yes."),
    (
        "spanish",
        (f"El viernes me va bien.\n\nEl lun, 2 abr 2012 a las 18:26, Ana (<ana@example.com>) escribió:\n\n{QUOTED}"),
        "El viernes me va bien.",
    ),
    (
        "german",
        f"Freitag passt.\n\nAm 02.04.2012 um 18:26 schrieb Anna Lehmann <anna@example.com>:\n\n{QUOTED}",
        "Freitag passt.",
    ),
    (
        "german gmail",
        (f"Freitag passt.\n\nAm Mo., 2. Apr. 2012 um 18:26 Uhr schrieb Anna Lehmann <\nanna@example.com>:\n\n{QUOTED}"),
        "Freitag passt.",
    ),
    (
        "french",
        (f"Vendredi me convient.\n\nLe lun. 2 avr. 2012 à 18:26, Anne <anne@example.com> a écrit :\n\n{QUOTED}"),
        "Vendredi me convient.",
    ),
    (
        "italian",
        (
            "Venerdì va bene.\n\n"
            f"Il giorno lun 2 apr 2012 alle ore 18:26 Anna <anna@example.com> ha scritto:\n\n{QUOTED}"
        ),
        "Venerdì va bene.",
    ),
    (
        "portuguese",
        f"Sexta serve.\n\nEm seg., 2 de abr. de 2012 às 18:26, Ana <ana@example.com> escreveu:\n\n{QUOTED}",
        "Sexta serve.",
    ),
    (
        "dutch",
        f"Vrijdag is goed.\n\nOp ma 2 apr. 2012 om 18:26 schreef Anna <anna@example.com>:\n\n{QUOTED}",
        "Vrijdag is goed.",
    ),
    (
        "swedish",
        f"Fredag passar.\n\nDen mån 2 apr. 2012 kl 18:26 skrev Anna <anna@example.com>:\n\n{QUOTED}",
        "Fredag passar.",
    ),
    (
        "danish",
        f"Fredag er fint.\n\nDen man. 2. apr. 2012 kl. 18.26 skrev Anna <anna@example.com>:\n\n{QUOTED}",
        "Fredag er fint.",
    ),
    (
        "finnish",
        f"Perjantai sopii.\n\nma 2. huhtik. 2012 klo 18.26 Anna (anna@example.com) kirjoitti:\n\n{QUOTED}",
        "Perjantai sopii.",
    ),
    (
        "polish",
        f"Piątek pasuje.\n\nW dniu 02.04.2012 o 18:26, Anna Nowak pisze:\n{QUOTED}",
        "Piątek pasuje.",
    ),
    (
        "polish gmail",
        f"Piątek pasuje.\n\npon., 2 kwi 2012 o 18:26 Anna <anna@example.com> napisał(a):\n\n{QUOTED}",
        "Piątek pasuje.",
    ),
    ("czech", f"Pátek vyhovuje.\n\nDne 2. 4. 2012 v 18:26 Anna Nováková napsal(a):\n{QUOTED}", "Pátek vyhovuje."),
    (
        "hungarian",
        f"A péntek jó.\n\nAnna <anna@example.com> ezt írta (időpont: 2012. ápr. 2., H, 18:26):\n\n{QUOTED}",
        "A péntek jó.",
    ),
    (
        "romanian",
        f"Vineri e bine.\n\nÎn lun., 2 apr. 2012 la 18:26, Ana <ana@example.com> a scris:\n\n{QUOTED}",
        "Vineri e bine.",
    ),
    (
        "russian",
        f"Пятница подходит.\n\nпн, 2 апр. 2012 г. в 18:26, Анна <anna@example.com>:\n\n{QUOTED}",
        "Пятница подходит.",
    ),
    (
        "russian with verb",
        (f"Пятница подходит.\n\n2 апреля 2012 г., 18:26 пользователь Анна <anna@example.com> написал:\n\n{QUOTED}"),
        "Пятница подходит.",
    ),
    (
        "ukrainian",
        f"П'ятниця підходить.\n\nпн, 2 квіт. 2012 р. о 18:26 Анна <anna@example.com> пише:\n\n{QUOTED}",
        "П'ятниця підходить.",
    ),
    (
        "turkish",
        f"Cuma uygun.\n\nAyşe <ayse@example.com>, 2 Nis 2012 Pzt, 18:26 tarihinde şunu yazdı:\n\n{QUOTED}",
        "Cuma uygun.",
    ),
    (
        "greek",
        (
            "Η Παρασκευή είναι καλή.\n\n"
            f"Στις Δευ, 2 Απρ 2012 στις 6:26 μ.μ., Άννα <anna@example.com> έγραψε:\n\n{QUOTED}"
        ),
        "Η Παρασκευή είναι καλή.",
    ),
    (
        "japanese",
        f"金曜日で大丈夫です。\n\n2012年4月2日(月) 18:26 山田花子 <hanako@example.com>:\n\n{QUOTED}",
        "金曜日で大丈夫です。",
    ),
    (
        "chinese",
        f"星期五可以。\n\n王芳 <fang@example.com> 于2012年4月2日周一 18:26写道：\n\n{QUOTED}",
        "星期五可以。",
    ),
    (
        "korean",
        f"금요일이 좋습니다.\n\n2012년 4월 2일 (월) 오후 6:26, 김지수 <jisu@example.com>님이 작성:\n\n{QUOTED}",
        "금요일이 좋습니다.",
    ),
    (
        "arabic",
        (
            "يوم الجمعة مناسب.\n\n"
            f"في الاثنين، 2 أبريل 2012 في 6:26 م تمت كتابة ما يلي بواسطة \u202aسارة\u202c\u200f "
            f"<\u202asara@example.com\u202c\u200f>:\n\n{QUOTED}"
        ),
        "يوم الجمعة مناسب.",
    ),
    (
        "hebrew",
        (
            "יום שישי מתאים.\n\n"
            f"\u202bבתאריך יום ב׳, 2 באפר׳ 2012 ב-18:26 מאת \u202aשרה\u202c\u200f "
            f"<\u202asara@example.com\u202c\u200f>:\u202c\n\n{QUOTED}"
        ),
        "יום שישי מתאים.",
    ),
    (
        "hindi",
        (f"शुक्रवार ठीक है।\n\nसोम, 2 अप्रैल 2012 को 6:26 pm बजे को अनीता <anita@example.com> ने लिखा:\n\n{QUOTED}"),
        "शुक्रवार ठीक है।",
    ),
    (
        "vietnamese",
        f"Thứ sáu được.\n\nVào Th 2, 2 thg 4, 2012 vào lúc 18:26 Anh <anh@example.com> đã viết:\n\n{QUOTED}",
        "Thứ sáu được.",
    ),
    (
        "indonesian",
        f"Jumat bisa.\n\nPada tanggal Sen, 2 Apr 2012 pukul 18.26 Ani <ani@example.com> menulis:\n\n{QUOTED}",
        "Jumat bisa.",
    ),
    (
        "outlook english",
        (
            "Friday works.\n\n"
            "From: Ann Lee <ann@example.com>\nSent: Monday, April 2, 2012 6:26 PM\nTo: Bo\nSubject: Visit\n\nHello"
        ),
        "Friday works.",
    ),
    (
        "outlook german",
        (
            "Freitag passt.\n\nVon: Anna [mailto:anna@example.com]\nGesendet: Montag, 2. April 2012 18:26\nAn: Bo\n"
            "Betreff: Besuch\n\nHallo"
        ),
        "Freitag passt.",
    ),
    (
        "outlook french",
        (
            "Vendredi.\n\n"
            "De : Anne <anne@example.com>\nEnvoyé : lundi 2 avril 2012 18:26\nÀ : Bo\nObjet : Visite\n\nBonjour"
        ),
        "Vendredi.",
    ),
    (
        "outlook spanish",
        (
            "El viernes.\n\n"
            "De: Ana <ana@example.com>\nEnviado el: lunes, 2 de abril de 2012 18:26\nPara: Bo\nAsunto: Visita\n\nHola"
        ),
        "El viernes.",
    ),
    (
        "outlook portuguese",
        (
            "Sexta.\n\n"
            "De: Ana <ana@example.com>\nEnviada em: segunda-feira, 2 de abril de 2012 18:26\nPara: "
            "Bo\nAssunto: Visita\n\nOi"
        ),
        "Sexta.",
    ),
    (
        "outlook chinese",
        "星期五可以。\n\n发件人: 王芳 <fang@example.com>\n发送时间: 2012年4月2日 18:26\n收件人: Bo\n主题: 看房\n\n您好",
        "星期五可以。",
    ),
    (
        "original message",
        (
            "Friday works.\n\n"
            "-----Original Message-----\nFrom: Ann Lee\nSent: Monday, 6:26 PM\nTo: Bo\nSubject: Visit\n\nHello"
        ),
        "Friday works.",
    ),
    (
        "german original message",
        (
            "Freitag passt.\n\n"
            "-----Ursprüngliche Nachricht-----\nVon: Anna\nGesendet: Montag\nAn: Bo\nBetreff: Besuch\n\nHallo"
        ),
        "Freitag passt.",
    ),
    (
        "rule above outlook header",
        (
            "Friday works.\n________________________________\nFrom: Ann\nSent: Monday, April 2, 2012\nTo: "
            "Bo\nSubject: Visit\n\n"
            "Hi"
        ),
        "Friday works.",
    ),
    ("answer below", f"On 04/02/2012 06:26 PM, Ann Lee wrote:\n{QUOTED}\n\nFriday works.", "Friday works."),
    (
        "answers between",
        "On 04/02/2012 06:26 PM, Ann Lee wrote:\n> When?\n\nFriday.\n\n> Where?\n\nAt the flat.",
        "Friday.\n\nAt the flat.",
    ),
    ("phone signature", "Friday works.\n\nSent from my iPhone", "Friday works."),
    ("german phone signature", "Freitag passt.\n\nVon meinem iPhone gesendet", "Freitag passt."),
    ("spanish phone signature", "El viernes.\n\nEnviado desde mi iPhone", "El viernes."),
    ("french phone signature", "Vendredi.\n\nEnvoyé de mon iPhone", "Vendredi."),
    ("outlook app signature", "Friday works.\n\nGet Outlook for iOS<https://aka.ms/o0ukef>", "Friday works."),
    ("delimiter", "Friday works.\n\n-- \nBo Holm\nHolm Ltd\n+44 20 7946 0958", "Friday works."),
    ("closing words", "Friday works.\n\nBest regards,\nBo Holm\nHolm Ltd | +44 20 7946 0958", "Friday works."),
    ("german closing words", "Freitag passt.\n\nMit freundlichen Grüßen\nBo Holm", "Freitag passt."),
    ("french closing words", "Vendredi.\n\nCordialement,\n\nBo Holm\nHolm SARL", "Vendredi."),
    ("spanish closing words", "El viernes.\n\nSaludos cordiales,\nBo Holm", "El viernes."),
    ("russian closing words", "Пятница.\n\nС уважением,\nБорис", "Пятница."),
    (
        "legal words",
        (
            "Friday works.\n\nThis e-mail and any attachments are confidential and intended solely for the "
            "addressee.\n"
            "If you are not the intended recipient, delete it."
        ),
        "Friday works.",
    ),
    (
        "german legal words",
        (
            "Freitag passt.\n\n"
            "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, "
            "löschen Sie sie."
        ),
        "Freitag passt.",
    ),
    (
        "gateway banner",
        "[EXTERNAL] This email originated from outside of the organization.\n\nI want a quote for 20 seats.",
        "I want a quote for 20 seats.",
    ),
    (
        "prose that begins like a quote header",
        "On 3 May we want to visit. My wife wrote:\nplease show us the garden too.",
        "On 3 May we want to visit. My wife wrote:\nplease show us the garden too.",
    ),
    (
        "a form in the body is no header",
        "Name: Ann Lee\nFrom: Pune\nSubject: 3 BHK\nMessage: Please call me on 98200 12345",
        "Name: Ann Lee\nFrom: Pune\nSubject: 3 BHK\nMessage: Please call me on 98200 12345",
    ),
    (
        "thanks amid prose stays",
        "Thanks for the brochure.\nThanks\nOne more question: is parking included?",
        "Thanks for the brochure.\nThanks\nOne more question: is parking included?",
    ),
    (
        "a list stays",
        "We need:\n\n- 20 seats\n- SSO\n\n-- and soon --",
        "We need:\n\n- 20 seats\n- SSO\n\n-- and soon --",
    ),
    (
        "spanish legal words",
        "El viernes.\n\nEste mensaje y sus adjuntos contienen información confidencial dirigida a su destinatario.",
        "El viernes.",
    ),
    (
        "french legal words",
        "Vendredi.\n\nCe message et ses pièces jointes sont confidentiels, à l'attention du destinataire.",
        "Vendredi.",
    ),
    (
        "italian legal words",
        "Venerdì.\n\nQuesto messaggio e i suoi allegati contengono informazioni riservate.",
        "Venerdì.",
    ),
    (
        "portuguese legal words",
        "Sexta.\n\nEsta mensagem pode conter informação confidencial ou privilegiada.",
        "Sexta.",
    ),
    ("dutch legal words", "Vrijdag.\n\nDit e-mailbericht is vertrouwelijk.", "Vrijdag."),
    (
        "unsubscribe line",
        "Friday works.\n\nTo unsubscribe from this group, send an email to x@example.com",
        "Friday works.",
    ),
    (
        "talk of confidential things stays",
        "We need a confidential viewing.\n\nIs that fine?",
        "We need a confidential viewing.\n\nIs that fine?",
    ),
    (
        "a question below legal words stays",
        "This message is confidential: we are moving.\n\nCan you show us flats?",
        "This message is confidential: we are moving.\n\nCan you show us flats?",
    ),
    (
        "postscript after the name stays",
        "Friday works.\n\nRegards\nPS: bring the plan.",
        "Friday works.\n\nRegards\nPS: bring the plan.",
    ),
)
