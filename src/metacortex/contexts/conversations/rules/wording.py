"""The words mail programs and people put around a message, in the languages our users get mail in."""

import re

# Verbs of the line above a quote ("On ... Bob wrote:").
WROTE = re.compile(
    r"\bwrote\b|\bwrites\b|\bescribi[óo]\b|\bschrieb\b|\ba écrit\b|\bha scritto\b|\bscrisse\b"
    r"|\bescreveu\b|\bschreef\b|\bskrev\b"
    r"|\bkirjoitti\b|napisał|\bpisze\b|\bnapsal|\bnapísal|\bírta\b|\ba scris\b|\bναπισε\b|έγραψε"
    r"|написал|пишет|писал|написав|пише"
    r"|yazdı|さんは書きました|のメール|写道|寫道|寫|작성|님이 씀|đã viết|\bmenulis\b|כתב|מאת|كتب|كتابة"
    r"|بواسطة|ने लिखा|লিখেছেন"
    r"|\bnapisao\b|\brašė\b|\brakstīja\b|\bkirjutas\b|\bva escriure\b|\bidatzi\b|написа",
    re.IGNORECASE,
)
# First words of that line; a line of a person's own prose rarely has one of these, a date, and a verb of writing.
OPENING = re.compile(
    r"^\W{0,3}(?:on|el|am|le|il giorno|il|em|a|op|den|dne|dňa|w dniu|pada|vào|la|în|στις|в|у|на|dnia"
    r"|em|dia|le lun|le mar|on the"
    r"|mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim|mo|di|mi|do|fr|sa|so|ma|wo|vr|za|zo|пн"
    r"|вт|ср|чт|пт|сб|вс"
    r"|ti|ke|to|pe|la|su|pon|wt|śr|czw|pt|sob|niedz|po|út|st|čt|pá|ne|\d+|בתאריך|ב|في|बजे)\b",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"original message|original appointment|original email|reply message|mensaje original"
    r"|mensagem original|message d['’]origine|message original"
    r"|ursprüngliche nachricht|originalnachricht|messaggio originale|oorspronkelijk bericht"
    r"|origineel bericht|ursprungligt meddelande"
    r"|originalmeddelande|oprindelig meddelelse|opprinnelig melding|alkuperäinen viesti"
    r"|oryginalna wiadomość|wiadomość oryginalna"
    r"|původní zpráva|pôvodná správa|eredeti üzenet|mesaj original|исходное сообщение"
    r"|оригинальное сообщение|orijinal ileti"
    r"|özgün ileti|原始邮件|原始郵件|元のメッセージ|원본 메시지|원본 메일|الرسالة الأصلية|הודעה מקורית"
    r"|αρχικό μήνυμα|tin nhắn gốc|मूल संदेश",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"forwarded message|forwarded by|begin forwarded|start of forwarded|mensaje reenviado"
    r"|mensagem encaminhada|mensagem reencaminhada"
    r"|message transféré|message réexpédié|début du message transféré|weitergeleitete nachricht"
    r"|anfang der weitergeleiteten"
    r"|messaggio inoltrato|inizio messaggio inoltrato|doorgestuurd bericht|begin doorgestuurd"
    r"|vidarebefordrat meddelande"
    r"|videresendt|edelleenlähetetty|välitetty viesti|wiadomość przekazana|przekazana wiadomość"
    r"|treść przekazanej|přeposlaná zpráva"
    r"|preposlaná správa|továbbított üzenet|mesaj redirecționat|пересылаемое сообщение"
    r"|пересланное сообщение|начало переадресованного"
    r"|переслане повідомлення|iletilen mesaj|yönlendirilen|转发的邮件|轉寄郵件|转发邮件"
    r"|転送されたメッセージ|転送メッセージ|전달된 메시지|전달된 메일"
    r"|رسالة معاد توجيهها|הודעה שהועברה|προωθημένο μήνυμα|thư đã chuyển tiếp|अग्रेषित संदेश"
    r"|inicio del mensaje reenviado|inicia mensaje reenviado"
    r"|início da mensagem reencaminhada",
    re.IGNORECASE,
)
FORWARD_SUBJECT = re.compile(
    r"^\s*(?:fwd?|wg|tr|rv|i|enc|vs|vl|vb|doorst|pd|przek|转发|轉寄|転送|전달|пересл|ynt|ilt"
    r"|továbbítás)\s*[:：]",
    re.IGNORECASE,
)

ANSWER_SUBJECT = re.compile(
    r"^\s*(?:re|aw|antw|sv|odp|res|rif|ref|ynt|отв|回复|答复|回覆|返信|回信|rép|vá)\s*(?:\[\d+\])?\s*[:：]",
    re.IGNORECASE,
)
# Words above a forward that say no more than that there is one.
POINTING = re.compile(
    r"^\W*(?:fy[ia]|(?:please |pls )?(?:see|find|check) (?:below|the below|this)"
    r"(?: (?:e-?mail|message|enquiry|inquiry|lead))?"
    r"|new (?:lead|enquiry|inquiry)|zur info(?:rmation)?|zk|siehe unten|pour info(?:rmation)?|voir ci-dessous"
    r"|para (?:tu|su) información|ver abajo|per conoscenza|vedi sotto|ter info(?:rmatie)?|för kännedom|к сведению)\W*$",
    re.IGNORECASE,
)


def _labels(words: str) -> frozenset[str]:
    return frozenset(word.strip() for word in words.split(","))


FROM_LABELS = _labels(
    "from,von,de,da,van,från,fra,lähettäjä,od,feladó,de la,от,от кого,від,від кого,kimden,gönderen,"
    "发件人,寄件者,寄件人,差出人,送信者,보낸 사람,보낸사람,"
    "من,מאת,από,từ,प्रेषक,expéditeur,remitente,remetente,mittente,afzender,absender"
)
DATE_LABELS = _labels(
    "sent,date,gesendet,enviada em,enviada,enviado em,datum,enviado,enviado el,fecha,envoyé,"
    "envoyé le,date d'envoi,"
    "inviato,data,verzonden,skickat,datum,sendt,dato,lähetetty,"
    "päivämäärä,wysłano,data wysłania,odesláno,odoslané,elküldve,dátum,trimis,отправлено,дата,"
    "надіслано,tarih,gönderildi,gönderme tarihi,"
    "发送时间,發送時間,日期,時間,寄件日期,已发送,送信日時,送信日,日付,보낸 날짜,날짜,보낸시간,تاريخ,"
    "التاريخ,أرسلت,תאריך,נשלח,εστάλη,ημερομηνία,đã gửi,ngày,दिनांक,"
    "sent at,when"
)
OTHER_LABELS = _labels(
    "to,cc,bcc,subject,reply-to,an,kopie,betreff,antwort an,para,asunto,assunto,à,a,objet,copie,"
    "copie à,oggetto,per,aan,onderwerp,till,kopia,ämne,til,emne,"
    "kopi,vastaanottaja,aihe,kopio,do,dw,temat,komu,předmět,predmet,címzett,tárgy,másolat,către,"
    "subiect,кому,копия,тема,копія,kime,konu,bilgi,alıcı,"
    "收件人,收件者,抄送,副本,主题,主旨,主題,宛先,件名,받는 사람,받는사람,참조,제목,إلى,الموضوع,נושא,"
    "אל,προς,θέμα,tới,đến,chủ đề,विषय,importance,priority,"
    "attachments,wichtigkeit,importancia,importance,anlagen"
)

CLOSING = re.compile(
    r"^(?:(?:with |my )?(?:best|kind|kindest|warm|warmest|many thanks and best)(?: (?:regards?"
    r"|wishes))?|(?:with )?regards|best|cheers|sincerely(?: yours)?"
    r"|yours (?:sincerely|faithfully|truly)|respectfully|cordially|thanks(?: (?:a lot|so much|again"
    r"|in advance|and (?:best |kind )?regards|& regards))?"
    r"|thank you(?: (?:so much|very much|again|in advance|and (?:best |kind )?regards))?|many thanks"
    r"|thx|rgds|br"
    r"|(?:mit )?(?:freundliche[nr]?|besten?|herzliche[nr]?|schöne[nr]?|liebe[nr]?|viele|beste"
    r"|freundliche) (?:grü(?:ß|ss)en?|grü(?:ß|ss)e)(?: aus \w+)?|mfg|lg|vg"
    r"|grü(?:ß|ss)e|vielen dank(?: im voraus)?|(?:un )?(?:cordial(?:es)? saludos?"
    r"|saludos?(?: cordiales)?|cordialmente|atentamente|atte)"
    r"|(?:muchas )?gracias(?: de antemano)?|un abrazo|(?:bien )?cordialement|(?:bien à vous"
    r"|salutations(?: distinguées)?|amicalement)|merci(?: d['’]avance)?"
    r"|(?:cordiali|distinti) saluti|saluti|grazie(?: mille)?|atenciosamente|att"
    r"|(?:com os )?(?:melhores )?cumprimentos|obrigad[oa]|abraços?"
    r"|(?:met )?vriendelijke groet(?:en)?|mvg|groet(?:en|jes)?|(?:med )?vänliga? hälsning(?:ar)?|mvh"
    r"|hälsningar|(?:med )?venlig hilsen|(?:med )?vennlig hilsen|hilsen"
    r"|ystävällisin terveisin|terveisin|pozdrawiam(?: serdecznie)?|z poważaniem|s pozdravem"
    r"|s pozdravom|üdvözlettel|tisztelettel|cu stimă|с уважением"
    r"|с наилучшими пожеланиями|з повагою|saygılarımla|iyi çalışmalar|saygılar|敬具|此致|谢谢|顺祝商祺"
    r"|よろしくお願いします|よろしくお願いいたします|감사합니다|مع تحياتي|تحياتي"
    r"|בברכה|με εκτίμηση|trân trọng|धन्यवाद|सादर|शुभकामनाएं|terima kasih|salam|hormat kami)\s*[,.!。，、~-]*$",
    re.IGNORECASE,
)
SENT_FROM = re.compile(
    r"^\W{0,2}(?:sent (?:from|via|with|using) (?:my "
    r"|the )?(?:[\w'’.+-]+ ?){1,6}(?:\s*[<(]\S{1,200}[>)])?|sent from a [\w ]{3,40}"
    r"|get outlook for (?:ios|android).{0,80}|via mobile"
    r"|(?:von|mit) mein\w{1,2} [\w -]{2,30} gesendet|gesendet (?:von|mit|über) [\w ().-]{2,50}"
    r"|enviado (?:desde|do|de|a partir)[\w ().-]{2,50}"
    r"|envoyé (?:de|depuis|à partir)[\w ().'’-]{2,50}|inviato d[\w ().'’-]{2,50}|(?:verstuurd"
    r"|verzonden) (?:vanaf|vanuit|met|via) [\w ().-]{2,50}"
    r"|skickat från [\w ().-]{2,50}|sendt fra [\w ().-]{2,50}|lähetetty [\w ().-]{2,50}"
    r"|wysłan[eoy] (?:z|ze) [\w ().'’-]{2,50}|odesláno z [\w ().-]{2,50}"
    r"|отправлено (?:с|из|от) [\w ().-]{2,50}|надіслано з [\w ().-]{2,50}"
    r"|[\w ]{2,30}(?:['’][dt][ea]n)? gönderildi|.{1,30}から送信|发自我的.{1,20}|從我的.{1,20}傳送"
    r"|(?:나의 )?.{1,20}에서 보냄|اُ?رسل(?:ت)? من .{1,40}|נשלח מ.{1,40}|trimis (?:de pe"
    r"|din) [\w ().-]{2,50}|télécharger outlook pour .{2,80}"
    r"|obtener outlook para .{2,80}|outlook für (?:ios|android).{0,80}|obter o outlook para .{2,80}"
    r"|gửi từ .{2,40}|diese nachricht wurde von .{2,40} gesendet)\s*\.?$",
    re.IGNORECASE,
)
DISCLAIMER = re.compile(
    r"confidentiality (?:notice|note|statement)|(?:this|the) (?:e-?mail|message|communication"
    r"|transmission)s?[^.]{0,90}(?:confidential|privileged|intended (?:only|solely))"
    r"|intended (?:only|solely) for (?:the )?(?:use|named|addressee|recipient|person|individual)"
    r"|if you (?:have received|are not the intended)"
    r"|please consider the environment|think before you print|virus-free\.? "
    r"|this email has been (?:checked|scanned)|scanned by |^disclaimer\b|legal notice"
    r"|registered (?:office|in england)|diese (?:e-?mail|nachricht)[^.]{0,90}vertraulich"
    r"|vertrauliche und/oder|nicht der (?:richtige|beabsichtigte) (?:adressat|empfänger)"
    r"|este (?:mensaje|correo)[^.]{0,110}confidencial|aviso (?:legal|de confidencialidad)"
    r"|esta mensagem[^.]{0,110}confidencia|aviso de confidencialidade"
    r"|ce (?:message|courriel|mail)[^.]{0,110}confidentiel|avis de confidentialité"
    r"|pensez à l['’]environnement|il presente messaggio|questo messaggio[^.]{0,110}(?:riservat"
    r"|confidenzial)"
    r"|(?:questa|le informazioni contenute in questa) (?:e-?mail|comunicazione)[^.]{0,110}(?:riservat"
    r"|confidenzial)|dit (?:e-mail)?bericht[^.]{0,90}vertrouwelijk|deze e-mail[^.]{0,90}vertrouwelijk"
    r"|detta meddelande[^.]{0,90}konfidentiell|niniejsza wiadomość|эт[оа] (?:сообщение"
    r"|письмо)[^.]{0,90}конфиденциальн|bu e-?posta[^.]{0,90}gizli|本邮件[^。]{0,60}(?:机密|保密)"
    r"|本メール[^。]{0,60}(?:機密|秘密)"
    r"|to unsubscribe|unsubscribe from|you received this (?:message|email) because"
    r"|you are receiving this|reply to this email directly or view it on",
    re.IGNORECASE,
)
# Every text that DISCLAIMER finds has one of these, lower-cased; looking for them first is thirty times cheaper.
# fmt: off
DISCLAIMER_STEMS = (
    "confiden", "privileged", "intended", "consider the environment", "before you print", "virus-free",
    "has been", "scanned by", "disclaimer", "legal notice", "registered", "have received", "vertraulich",
    "adressat", "empfänger", "aviso", "avis de", "environnement", "riservat", "vertrouwelijk",
    "konfidentiell", "niniejsza", "конфиденциальн", "gizli", "机密", "保密", "機密", "秘密", "unsubscribe",
    "received this", "receiving this", "view it on",
)
# fmt: on
# What a receiving company's own gateway writes above a message from outside.
BANNER = re.compile(
    r"^\W*(?:\[?external(?: e-?mail| sender)?\]?\W*$|\[?external\b.{0,60}(?:sender|caution|email)"
    r"|caution\b.{0,40}(?:external|originated|outside|e-?mail)|(?:this"
    r"|you don['’]t often get) (?:e-?mail|message)?"
    r".{0,30}(?:originated (?:from )?outside|from an external|often get email from)"
    r"|warning: this (?:e-?mail|message) .{0,40}(?:external|outside))",
    re.IGNORECASE,
)
