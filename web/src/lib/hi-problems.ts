/** Hindi by English text: what the server refuses, and why; `{name}` stands for what it fills in. */
export const hiProblems: Record<string, string> = {
  'Something went wrong on our side. Nothing of yours was lost; try again in a moment.':
    'हमारी ओर से कुछ गड़बड़ हुई। आपका कुछ नहीं खोया; थोड़ी देर में फिर कोशिश करें।',
  'Some of what was sent cannot be used.': 'भेजी गई कुछ बातें काम नहीं आ सकतीं।',
  'The request could not be read. Send valid JSON in UTF-8, nested less deeply.':
    'अनुरोध पढ़ा नहीं जा सका। UTF-8 में सही JSON भेजें, जिसमें परतें कम हों।',
  'This address does not answer that kind of request.': 'यह पता इस तरह के अनुरोध का उत्तर नहीं देता।',
  'Sign in to go on.': 'आगे बढ़ने के लिए साइन इन करें।',
  'Your role does not allow this. Ask an owner or admin of your team.':
    'आपकी भूमिका में इसकी अनुमति नहीं है। अपनी टीम के मालिक या एडमिन से कहें।',
  'There is nothing here.': 'यहाँ कुछ नहीं है।',
  'This does not fit what is already there.': 'जो पहले से है, यह उससे मेल नहीं खाता।',
  'Somebody changed this since you loaded it.': 'आपके खोलने के बाद किसी ने इसे बदल दिया।',
  'Send the version you are changing in an If-Match header.': 'जिस संस्करण को बदल रहे हैं, उसे If-Match हेडर में भेजें।',
  'This is larger than what is accepted.': 'यह स्वीकृत आकार से बड़ा है।',
  'Too many requests; wait a little and try again.': 'बहुत ज़्यादा अनुरोध; थोड़ा रुकें और फिर कोशिश करें।',
  'A part of the product is not reachable right now; try again in a moment.':
    'प्रोग्राम का एक हिस्सा अभी उपलब्ध नहीं है; थोड़ी देर में फिर कोशिश करें।',
  'A value cannot be stored: it is out of range or not text.':
    'एक मान रखा नहीं जा सकता: वह सीमा से बाहर है या पाठ नहीं है।',
  'This failed job does not exist, or was replayed already.':
    'यह विफल काम मौजूद नहीं है, या फिर से चलाया जा चुका है।',
  'This page marker is not one of ours. Start again from the first page.':
    'पृष्ठ का यह निशान हमारा नहीं है। पहले पृष्ठ से फिर शुरू करें।',
  'This Idempotency-Key was used for a different request. Use a new key for each new thing.':
    'यह Idempotency-Key किसी दूसरे अनुरोध में काम आ चुकी है। हर नई बात के लिए नई कुंजी लें।',
  'The part that was asked for lies beyond the end.': 'जो हिस्सा माँगा गया, वह अंत के बाद है।',
  'This came from another site. Open MetaCortex itself, then try again.':
    'यह किसी दूसरी साइट से आया। MetaCortex स्वयं खोलें, फिर कोशिश करें।',
  'This API key was not given the right to do this. Make one with the scope you need.':
    'इस API कुंजी को यह करने का अधिकार नहीं दिया गया। जो अधिकार चाहिए, उसके साथ नई बनाएँ।',
  'Show once more that it is you to do this.': 'यह करने के लिए एक बार फिर दिखाएँ कि यह आप ही हैं।',
  'Your organization asks for a second factor. Set one up under Security, then go on.':
    'आपके संगठन में दूसरा चरण ज़रूरी है। उसे सुरक्षा में लगाएँ, फिर आगे बढ़ें।',
  'The service that keeps our keys does not answer right now; try again in a moment.':
    'हमारी कुंजियाँ रखने वाली सेवा अभी जवाब नहीं दे रही; थोड़ी देर में फिर कोशिश करें।',
  'The object storage cannot be reached or is full. Nothing was taken; try again in a moment.':
    'फ़ाइलों का भंडार उपलब्ध नहीं है या भर गया है। कुछ नहीं लिया गया; थोड़ी देर में फिर कोशिश करें।',
  'You were signed in too long ago. Sign in again.': 'साइन इन किए बहुत देर हो गई। फिर से साइन इन करें।',
  'You were signed out. Sign in again.': 'आपको साइन आउट कर दिया गया। फिर से साइन इन करें।',

  'Type the code of your authenticator app to go on.': 'आगे बढ़ने के लिए अपने ऑथेंटिकेटर ऐप का कोड लिखें।',
  'There is no such API key, or it was ended already.': 'ऐसी कोई API कुंजी नहीं है, या वह बंद की जा चुकी है।',
  'A key cannot do more than you. Leave out what your role does not allow.':
    'कुंजी आपसे ज़्यादा नहीं कर सकती। जिसकी आपकी भूमिका में अनुमति नहीं, उसे छोड़ दें।',
  'Your organization has a hundred API keys. End one that nobody uses first.':
    'आपके संगठन की सौ API कुंजियाँ हो चुकी हैं। पहले ऐसी एक बंद करें जो काम में न आती हो।',
  'Your account is still being set up. Try again in a moment.':
    'आपका खाता अभी बन रहा है। थोड़ी देर में फिर कोशिश करें।',
  'Signing in by Clerk is not set up here. Use another way to sign in.':
    'यहाँ Clerk से साइन इन नहीं लगाया गया। दूसरे तरीके से साइन इन करें।',
  'This message is not signed by the secret of this webhook, or is older than five minutes.':
    'इस संदेश पर इस वेबहुक की गुप्त कुंजी से हस्ताक्षर नहीं हैं, या यह पाँच मिनट से पुराना है।',
  'This message is signed, but not one that Clerk sends.':
    'इस संदेश पर हस्ताक्षर हैं, पर यह ऐसा नहीं जो Clerk भेजता है।',
  'Signing in this way is not set up here. Use another way to sign in.':
    'यहाँ इस तरह साइन इन नहीं लगाया गया। दूसरे तरीके से साइन इन करें।',
  'The page you wanted to sign in with does not answer. Try again in a moment, or sign in another way.':
    'जिस साइट से आप साइन इन करना चाहते थे, वह जवाब नहीं दे रही। थोड़ी देर में फिर कोशिश करें या दूसरे तरीके से साइन इन करें।',
  'This sign-in took too long or began in another browser. Start it again here.':
    'इस साइन इन में बहुत देर हुई या यह दूसरे ब्राउज़र में शुरू हुआ था। इसे यहाँ फिर से शुरू करें।',
  'You did not finish signing in on the other page. Start again, or sign in another way.':
    'दूसरी साइट पर साइन इन पूरा नहीं हुआ। फिर से शुरू करें या दूसरे तरीके से साइन इन करें।',
  'What the other page says about you could not be verified. Start again; if it stays so, tell your admin.':
    'दूसरी साइट ने आपके बारे में जो बताया, उसकी जाँच नहीं हो सकी। फिर से शुरू करें; फिर भी न हो तो अपने एडमिन को बताएँ।',
  'The invitation is for another e-mail address. Sign in with that one, or ask for a new invitation.':
    'यह बुलावा दूसरे ई-मेल पते के लिए है। उसी से साइन इन करें या नया बुलावा माँगें।',
  'This sign-in belongs to another account here. Remove it there first, or use another one.':
    'यह साइन इन यहाँ के किसी दूसरे खाते का है। पहले उसे वहाँ से हटाएँ या कोई दूसरा चुनें।',
  'Your e-mail address is not verified there. Verify it there, or sign in by password and add it in settings.':
    'वहाँ आपके ई-मेल पते की पुष्टि नहीं हुई है। वहाँ पुष्टि करें, या पासवर्ड से साइन इन करके उसे सेटिंग्स में जोड़ें।',
  'This sign-in is not one of yours, or was removed already.': 'यह साइन इन आपका नहीं है, या हटाया जा चुका है।',
  'This is your only way to sign in. Set a password or add another sign-in first.':
    'आपके लिए साइन इन का यही एक तरीका है। पहले पासवर्ड रखें या दूसरा साइन इन जोड़ें।',
  'An account with your e-mail address exists. Sign in to it by password, then add this sign-in in settings.':
    'आपके ई-मेल पते का खाता पहले से है। उसमें पासवर्ड से साइन इन करें, फिर यह साइन इन सेटिंग्स में जोड़ें।',
  'This person is already a member of your organization.': 'यह व्यक्ति पहले से आपके संगठन का सदस्य है।',
  'This invitation was used, taken back or is too old. Ask for a new one.':
    'यह बुलावा काम में आ चुका है, वापस ले लिया गया है या बहुत पुराना है। नया माँगें।',
  'Too many invitations wait for an answer. Take some back first.':
    'बहुत सारे बुलावे उत्तर की प्रतीक्षा में हैं। पहले कुछ वापस लें।',
  'You already have an account with this e-mail address. Give the password of that account.':
    'इस ई-मेल पते से आपका खाता पहले से है। उसी खाते का पासवर्ड लिखें।',
  'This passkey was removed already.': 'यह पासकी हटाई जा चुकी है।',
  'This passkey did not open your account. Try again, or sign in by password.':
    'इस पासकी से आपका खाता नहीं खुला। फिर कोशिश करें, या पासवर्ड से साइन इन करें।',
  'Your device answered in a way that cannot be used. Try again, or use another device.':
    'आपके डिवाइस का उत्तर काम नहीं आ सकता। फिर कोशिश करें, या दूसरा डिवाइस लें।',
  'Passkeys need an address with a name. Open the product by its name, or set METACORTEX_PUBLIC_URL.':
    'पासकी के लिए नाम वाला पता चाहिए। प्रोग्राम को उसके नाम वाले पते से खोलें, या METACORTEX_PUBLIC_URL रखें।',
  'You have twenty passkeys. Remove one that you no longer use first.':
    'आपकी बीस पासकी हो चुकी हैं। पहले ऐसी एक हटाएँ जो अब काम में न आती हो।',
  'This password is easy to guess. Use three or four unrelated words.':
    'इस पासवर्ड का अनुमान आसान है। तीन-चार ऐसे शब्द लें जिनका आपस में संबंध न हो।',
  'This is not right. Type your password, or the code of your authenticator app if you have set one up.':
    'यह सही नहीं है। अपना पासवर्ड लिखें, या ऑथेंटिकेटर ऐप लगाया हो तो उसका कोड।',
  'This link was used before or is too old. Ask for a new one.':
    'यह लिंक काम में आ चुका है या बहुत पुराना है। नया माँगें।',
  'This is not your password.': 'यह आपका पासवर्ड नहीं है।',
  'This took too long or was tried too often. Sign in again.':
    'इसमें बहुत देर हुई या बहुत बार कोशिश हुई। फिर से साइन इन करें।',
  'An authenticator app is set up already. Remove it before you set up another.':
    'एक ऑथेंटिकेटर ऐप पहले से लगा है। दूसरा लगाने से पहले उसे हटाएँ।',
  'No authenticator app is being set up. Begin again.': 'अभी कोई ऑथेंटिकेटर ऐप नहीं लगाया जा रहा। फिर से शुरू करें।',
  'This code is not right or was used before. Wait for the next one in your app and type it.':
    'यह कोड सही नहीं है या काम में आ चुका है। अपने ऐप में अगले कोड की प्रतीक्षा करें और उसे लिखें।',
  'You are signed out. Sign in again to go on.': 'आप साइन आउट हैं। आगे बढ़ने के लिए फिर से साइन इन करें।',
  'This session has ended already.': 'यह सत्र पहले ही समाप्त हो चुका है।',
  'This e-mail address cannot be used with this password. If it is yours, sign in instead.':
    'यह ई-मेल पता इस पासवर्ड के साथ काम नहीं आ सकता। यदि यह आपका है, तो साइन इन करें।',
  'This link was used before or is too old. Ask for a new one where you got it.':
    'यह लिंक काम में आ चुका है या बहुत पुराना है। जहाँ से मिला था, वहाँ नया माँगें।',
  'You are not a member of this organization. Ask one of its owners for an invitation.':
    'आप इस संगठन के सदस्य नहीं हैं। इसके मालिक से बुलावा माँगें।',
  'The e-mail address or the password is not right.': 'ई-मेल पता या पासवर्ड सही नहीं है।',
  'Set up a second factor for yourself before you demand one of everybody.':
    'सबसे दूसरा चरण माँगने से पहले अपने लिए दूसरा चरण लगाएँ।',
  'An organization needs an owner. Make somebody else an owner first.':
    'संगठन का एक मालिक होना चाहिए। पहले किसी और को मालिक बनाएँ।',
  'This person is not a member of your organization.': 'यह व्यक्ति आपके संगठन का सदस्य नहीं है।',
  'Only an owner can make, change or remove an owner.': 'केवल मालिक ही किसी मालिक को बना, बदल या हटा सकते हैं।',
  'An API key cannot give a role that may do more than the key itself. Do this signed in.':
    'API कुंजी ऐसी भूमिका नहीं दे सकती जो कुंजी से ज़्यादा कर सके। इसे साइन इन करके करें।',
  'Somebody tried this too often. Wait a quarter of an hour, use a browser you signed in with before, or set a new password by mail.':
    'किसी ने यह बहुत बार आज़माया। पंद्रह मिनट रुकें, वह ब्राउज़र लें जिससे पहले साइन इन किया था, या मेल से नया पासवर्ड रखें।',

  'The message is too long. Shorten it, then send it again.': 'संदेश बहुत लंबा है। छोटा करें, फिर भेजें।',
  'The form could not be read. Send its fields as text, URL-encoded or as a JSON object.':
    'फ़ॉर्म पढ़ा नहीं जा सका। उसके खाने पाठ के रूप में, URL-encoded या JSON में भेजें।',
  'The file is larger than what is accepted. Split it, then upload the parts.':
    'फ़ाइल स्वीकृत आकार से बड़ी है। उसे बाँटें, फिर हिस्से अपलोड करें।',
  'At most {n} MB are accepted at once.': 'एक बार में अधिकतम {n} MB लिए जाते हैं।',
  'This file cannot be read as a table.': 'यह फ़ाइल तालिका के रूप में नहीं पढ़ी जा सकती।',
  'This is an Excel workbook or a ZIP archive. Save the table as CSV, then upload that.':
    'यह Excel की फ़ाइल या ZIP है। तालिका को CSV में सहेजें, फिर वह अपलोड करें।',
  'This is an empty ZIP archive. Upload a CSV file.': 'यह ख़ाली ZIP है। CSV फ़ाइल अपलोड करें।',
  'This is an old Excel workbook. Save it as CSV in your spreadsheet, then upload that.':
    'यह पुरानी Excel फ़ाइल है। अपने स्प्रेडशीट प्रोग्राम में इसे CSV में सहेजें, फिर वह अपलोड करें।',
  'This file is compressed. Unpack it, then upload the CSV file inside.':
    'यह फ़ाइल कंप्रेस की हुई है। इसे खोलें, फिर अंदर की CSV फ़ाइल अपलोड करें।',
  'This is a PDF. Upload a CSV file.': 'यह PDF है। CSV फ़ाइल अपलोड करें।',
  'This is a program. Upload a CSV file.': 'यह एक प्रोग्राम है। CSV फ़ाइल अपलोड करें।',
  'This is a web page. Save the table as CSV, then upload that.':
    'यह वेब पेज है। तालिका को CSV में सहेजें, फिर वह अपलोड करें।',
  'The file is empty.': 'फ़ाइल ख़ाली है।',
  'The file has no rows.': 'फ़ाइल में कोई पंक्ति नहीं है।',
  'The file has a header but no rows below it.': 'फ़ाइल में शीर्ष पंक्ति है, पर उसके नीचे कोई पंक्ति नहीं।',
  'The file has more than {n} rows. Split it, then upload the parts.':
    'फ़ाइल में {n} से ज़्यादा पंक्तियाँ हैं। उसे बाँटें, फिर हिस्से अपलोड करें।',
  'The file holds binary data. Save the table as CSV in UTF-8, then upload that.':
    'फ़ाइल में पाठ नहीं है। तालिका को UTF-8 वाली CSV में सहेजें, फिर वह अपलोड करें।',
  'The characters of this file could not be read. Save the table as CSV in UTF-8, then upload that.':
    'इस फ़ाइल के अक्षर पढ़े नहीं जा सके। तालिका को UTF-8 वाली CSV में सहेजें, फिर वह अपलोड करें।',
  'Line {line} could not be read. Is a quotation mark there not closed?':
    'पंक्ति {line} पढ़ी नहीं जा सकी। क्या वहाँ कोई उद्धरण चिह्न बंद नहीं है?',
  'Line {line} has {n} columns; at most {most} are read.':
    'पंक्ति {line} में {n} कॉलम हैं; अधिकतम {most} पढ़े जाते हैं।',
  'Line {line} has a cell of more than {n} characters.': 'पंक्ति {line} के एक खाने में {n} से ज़्यादा अक्षर हैं।',
  'The file was deleted after its time. Upload it again.': 'समय पूरा होने पर फ़ाइल मिटा दी गई। उसे फिर अपलोड करें।',
  'This import was started before. Upload the file again to import it once more.':
    'यह आयात पहले शुरू हो चुका है। दोबारा आयात के लिए फ़ाइल फिर अपलोड करें।',
  'This import does not exist.': 'यह आयात मौजूद नहीं है।',
  'The columns cannot be used like this.': 'कॉलम इस तरह काम नहीं आ सकते।',
  'The file has no column named “{name}”.': 'फ़ाइल में “{name}” नाम का कोई कॉलम नहीं है।',
  'Only one column can be the {field}. Set the others to ignore.':
    '{field} केवल एक कॉलम हो सकता है। बाकी को “छोड़ दें” पर रखें।',
  'Say which column holds the email or the phone; without one of them nobody can be reached.':
    'बताएँ कि ई-मेल या फ़ोन किस कॉलम में है; इनमें से एक के बिना किसी तक नहीं पहुँच सकते।',
  'Only a message that could not be read can be read again.':
    'केवल वही संदेश फिर पढ़ा जा सकता है जो पढ़ा न जा सका।',
  'This message could not be read. Download it and look at it in a mail program.':
    'यह संदेश पढ़ा नहीं जा सका। इसे डाउनलोड करें और मेल प्रोग्राम में देखें।',
  'This message is empty. Ask the sender to send it again.': 'यह संदेश ख़ाली है। भेजने वाले से फिर भेजने को कहें।',
  'This message does not exist.': 'यह संदेश मौजूद नहीं है।',
  'This source does not exist.': 'यह स्रोत मौजूद नहीं है।',
  'Something in the form needs another look.': 'फ़ॉर्म में कुछ फिर से देखना है।',
  'Too many messages came from your network in a short time. Wait a few minutes, then send it again.':
    'आपके नेटवर्क से थोड़े समय में बहुत सारे संदेश आए। कुछ मिनट रुकें, फिर भेजें।',

  'The e-mail address or phone number cannot be used.': 'यह ई-मेल पता या फ़ोन नंबर काम नहीं आ सकता।',
  'The time zone or country is not known. Write them as Europe/Berlin and DE.':
    'समय क्षेत्र या देश पता नहीं। उन्हें Asia/Kolkata और IN की तरह लिखें।',
  '“{text}” is no time zone of a place. Write it as Europe/Berlin or America/New_York.':
    '“{text}” किसी जगह का समय क्षेत्र नहीं है। Asia/Kolkata या Europe/Berlin की तरह लिखें।',
  '“{text}” is no country we know. Write its two letters, as in IN or US.':
    '“{text}” नाम का कोई देश हमें नहीं पता। उसके दो अक्षर लिखें, जैसे IN या US।',
  'Another contact already has this e-mail address or phone number.':
    'यह ई-मेल पता या फ़ोन नंबर पहले से किसी और संपर्क का है।',
  'This lead does not exist, or belongs to another organization.':
    'यह लीड मौजूद नहीं है, या किसी दूसरे संगठन की है।',
  'Somebody changed this lead since you loaded it. Look at the change, then try again.':
    'आपके खोलने के बाद किसी ने यह लीड बदल दी। बदलाव देखें, फिर कोशिश करें।',
  'This task does not exist.': 'यह कार्य मौजूद नहीं है।',
  'This stage is not part of your pipeline.': 'यह चरण आपके बोर्ड में नहीं है।',

  'This is neither an email address nor a phone number. Check it; add the country code to a number.':
    'यह न ई-मेल पता है, न फ़ोन नंबर। जाँचें; नंबर में देश का कोड जोड़ें।',
  'This channel does not use that kind of address. Choose another channel or address.':
    'इस माध्यम में इस तरह का पता नहीं चलता। दूसरा माध्यम या पता चुनें।',
  'This person has not agreed to this use of their address. Ask for their consent first.':
    'इस व्यक्ति ने अपने पते के इस उपयोग की सहमति नहीं दी। पहले उनसे सहमति लें।',
  "{place} wants this person's own written consent before a machine dials; that they got in touch is not enough. Record their consent, or let somebody dial by hand, as in a preview campaign.":
    '{place} के क़ानून में मशीन के डायल करने से पहले इस व्यक्ति की अपनी लिखित सहमति चाहिए; उनका संपर्क करना काफ़ी नहीं। उनकी सहमति दर्ज करें, या किसी को हाथ से डायल करने दें, जैसे उस अभियान में जहाँ सहकर्मी पहले देखते हैं।',
  'This consent text does not exist. Load the form again, so that it shows the present text.':
    'सहमति का यह पाठ मौजूद नहीं है। फ़ॉर्म फिर से खोलें, ताकि अभी का पाठ दिखे।',
  'This address is on the list of those who must not be contacted. Do not use it.':
    'यह पता उनकी सूची में है जिनसे संपर्क नहीं करना है। इसका उपयोग न करें।',
  'This export was deleted after its time. Ask for a new one.':
    'समय पूरा होने पर यह निर्यात मिटा दिया गया। नया माँगें।',
  'This request is not finished yet. Try again in a minute.':
    'यह अनुरोध अभी पूरा नहीं हुआ। एक मिनट में फिर कोशिश करें।',
  'This address signs a member of your team in. Remove the member first, then erase what leads say of them.':
    'इस पते से आपकी टीम के एक सदस्य साइन इन करते हैं। पहले सदस्य को हटाएँ, फिर लीड में उनके बारे में जो है उसे मिटाएँ।',
  'This request does not exist.': 'यह अनुरोध मौजूद नहीं है।',
  'The same request for this person is being worked on. Wait until it is finished.':
    'इस व्यक्ति के लिए यही अनुरोध चल रहा है। उसके पूरा होने तक रुकें।',
  'This kind of data cannot be kept for so many days.': 'इस तरह का डेटा इतने दिन नहीं रखा जा सकता।',
  'Choose between 1 and {most} days.': '1 से {most} दिन के बीच चुनें।',
  'This address is not on the list, or not for a reason that can be taken back.':
    'यह पता सूची में नहीं है, या ऐसे कारण से है जो वापस नहीं लिया जा सकता।',
  'This person asked to be erased and cannot be added again. They come back by writing to you themself.':
    'इस व्यक्ति ने अपना डेटा मिटाने को कहा था, इसलिए उन्हें फिर नहीं जोड़ा जा सकता। वे स्वयं आपको लिखें, तभी लौटेंगे।',
  'This link is not complete. Copy all of it from the message, or answer the message and say stop.':
    'यह लिंक अधूरा है। संदेश से पूरा लिंक कॉपी करें, या संदेश के उत्तर में stop लिखें।',
  'These weights cannot be used for scoring.': 'ये भार स्कोर में काम नहीं आ सकते।',
  'These weights must be between {low} and {high}, where 1 changes nothing: {names}.':
    'ये भार {low} और {high} के बीच होने चाहिए, जहाँ 1 से कुछ नहीं बदलता: {names}।',
  'This lead has no message that was read yet. Try again in a moment.':
    'इस लीड का कोई संदेश अभी पढ़ा नहीं गया। थोड़ी देर में फिर कोशिश करें।',

  "This is a colleague's call. Only those on it, and supervisors, can do this.":
    'यह सहकर्मी की कॉल है। यह केवल वही कर सकते हैं जो इस पर हैं, और पर्यवेक्षक।',
  'There is no such call.': 'ऐसी कोई कॉल नहीं है।',
  'Nobody is talking on this call now, so this cannot be done. Look at how far it is.':
    'इस कॉल पर अभी कोई बात नहीं कर रहा, इसलिए यह नहीं हो सकता। देखें कि कॉल कहाँ तक पहुँची।',
  'This call is being handed on already. Complete that transfer or cancel it, then begin another.':
    'यह कॉल पहले से सौंपी जा रही है। उसे पूरा करें या रद्द करें, फिर दूसरी शुरू करें।',
  'The phone server refused to ring. Nobody was called; ask whoever runs it, if it happens again.':
    'फ़ोन सर्वर ने फ़ोन नहीं बजाया। किसी को कॉल नहीं हुई; फिर ऐसा हो तो उसे चलाने वाले से पूछें।',
  'No call can be placed right now: the phone server cannot be reached. Nothing was dialled; try again soon.':
    'अभी कॉल नहीं लग सकती: फ़ोन सर्वर तक नहीं पहुँच सके। कुछ डायल नहीं हुआ; थोड़ी देर में फिर कोशिश करें।',
  'All lines of the phone server are in use. Nobody was called; try again in a moment.':
    'फ़ोन सर्वर की सभी लाइनें व्यस्त हैं। किसी को कॉल नहीं हुई; थोड़ी देर में फिर कोशिश करें।',
  'All {n} lines of the phone server are in use. Nobody was called; try again in a moment.':
    'फ़ोन सर्वर की सभी {n} लाइनें व्यस्त हैं। किसी को कॉल नहीं हुई; थोड़ी देर में फिर कोशिश करें।',
  'The phone server may ring {n} times a second. Nobody was called; try again in a moment.':
    'फ़ोन सर्वर एक सेकंड में {n} बार ही बजा सकता है। किसी को कॉल नहीं हुई; थोड़ी देर में फिर कोशिश करें।',
  'The phone server carries {n} phones at once, and has no room for more. Nobody was called; try again in a moment.':
    'फ़ोन सर्वर एक साथ {n} फ़ोन चलाता है, और के लिए जगह नहीं है। किसी को कॉल नहीं हुई; थोड़ी देर में फिर कोशिश करें।',
  'This phone server is not set up to tell answering machines from people. Call without asking for it.':
    'इस फ़ोन सर्वर में उत्तर देने वाली मशीन पहचानना नहीं लगाया गया। इसके बिना कॉल करें।',
  'There is no phone to ring for this member. Set it in the calling settings: an account or a number.':
    'इस सदस्य के लिए बजाने को कोई फ़ोन नहीं है। कॉल की सेटिंग्स में बताएँ: खाता या नंबर।',
  'This member is on a call already. End it first, or let another colleague call.':
    'यह सदस्य पहले से कॉल पर हैं। पहले उसे समाप्त करें, या किसी दूसरे सहकर्मी को कॉल करने दें।',
  'Say whom to call: a number, or a lead that has one.':
    'बताएँ कि किसे कॉल करें: कोई नंबर, या ऐसी लीड जिसका नंबर हो।',
  "Calls can only show one of your organization's own numbers. Add it in the calling settings first.":
    'कॉल में केवल आपके संगठन का अपना नंबर दिख सकता है। पहले उसे कॉल की सेटिंग्स में जोड़ें।',
  'The law of the country that is called wants a number of that country to be shown, and this is none. Add one to the calling settings.':
    'जिस देश में कॉल हो, वहाँ का क़ानून उसी देश का नंबर दिखाने को कहता है, और यह वैसा नहीं है। कॉल की सेटिंग्स में एक जोड़ें।',
  'Your numbers were shown as often as your calling settings allow. Try later, or raise the limit there.':
    'आपके नंबर उतनी बार दिख चुके जितनी कॉल की सेटिंग्स में अनुमति है। बाद में कोशिश करें, या वहाँ सीमा बढ़ाएँ।',
  "This number is on your organization's do-not-call list.": 'यह नंबर आपके संगठन की कॉल-न-करें सूची में है।',
  'This number is not on the list.': 'यह नंबर सूची में नहीं है।',
  'This is not a number that can be called. Check it, and write it with its country code, as in +49 30 123456.':
    'इस नंबर पर कॉल नहीं हो सकती। जाँचें, और देश के कोड के साथ लिखें, जैसे +91 98200 12345।',
  'Enter a phone number.': 'फ़ोन नंबर लिखें।',
  'Write the number in digits, for example +14155552671: letters and addresses are not dialled.':
    'नंबर अंकों में लिखें, जैसे +919820012345: अक्षर और पते डायल नहीं होते।',
  'Begin the number with + and its country code, for example +44 20 7946 0018.':
    'नंबर + और देश के कोड से शुरू करें, जैसे +91 98200 12345।',
  'Digits are missing: write the whole number with its area code.': 'अंक कम हैं: क्षेत्र के कोड के साथ पूरा नंबर लिखें।',
  'The number has too many digits: check it and remove extensions.': 'नंबर में अंक ज़्यादा हैं: जाँचें और एक्सटेंशन हटाएँ।',
  'No such number is in use in that country: check it with the person or look it up again.':
    'उस देश में ऐसा नंबर नहीं चलता: व्यक्ति से पूछें या फिर से देखें।',
  'Emergency numbers are never dialled from here: use a phone at hand.':
    'आपात नंबर यहाँ से कभी डायल नहीं होते: पास का फ़ोन लें।',
  'Short numbers are not dialled from here: write a full number with its country code.':
    'छोटे नंबर यहाँ से डायल नहीं होते: देश के कोड के साथ पूरा नंबर लिखें।',
  'This is a {kind} number. Such numbers are not called: ask for another one.':
    'यह {kind} नंबर है। ऐसे नंबरों पर कॉल नहीं होती: दूसरा नंबर माँगें।',
  'That is no beginning of numbers. Write it as +4930*.': 'यह नंबरों की शुरुआत नहीं है। +9122* की तरह लिखें।',
  'It is not the hour to call this person. Call when their day allows it.':
    'इस व्यक्ति को कॉल करने का यह समय नहीं है। जब उनके यहाँ समय हो, तब कॉल करें।',
  '{place} allows calls {hours}; it is {day} {time} in {zone}.':
    '{place} के नियम से कॉल का समय: {hours}; {zone} में अभी {day} {time} है।',
  '{place} allows no calls on {date}, a public holiday there.':
    '{place} के नियम से {date} को कॉल नहीं हो सकती, वहाँ सार्वजनिक छुट्टी है।',
  'Where this person is cannot be told: add a country or a time zone first.':
    'यह व्यक्ति कहाँ हैं, पता नहीं चलता: पहले देश या समय क्षेत्र जोड़ें।',
  'This number was called as often as is allowed. Try again later.':
    'इस नंबर पर उतनी कॉल हो चुकीं जितनी की अनुमति है। बाद में फिर कोशिश करें।',
  '{place} allows {n} calls to a number per {per}; {made} were made.':
    '{place} के नियम से एक नंबर पर {per} में {n} कॉल हो सकती हैं; {made} हो चुकीं।',

  'There is no recording of this call, or it was deleted.': 'इस कॉल की कोई रिकॉर्डिंग नहीं है, या हटा दी गई।',
  'The recording is still on its way from the phone server. Try again in a moment.':
    'रिकॉर्डिंग अभी फ़ोन सर्वर से आ रही है। थोड़ी देर में फिर कोशिश करें।',
  'The recording was damaged where it is kept, and cannot be played. Ask whoever runs your installation.':
    'रिकॉर्डिंग जहाँ रखी थी वहाँ ख़राब हो गई, और चल नहीं सकती। आपका MetaCortex चलाने वाले से पूछें।',
  'This link to a recording has ended. Open the call and press play again.':
    'रिकॉर्डिंग का यह लिंक समाप्त हो गया। कॉल खोलें और फिर से चलाएँ।',
  'Another phone has this account. Choose one that is yours alone, or ask whoever runs the phone server.':
    'यह खाता किसी दूसरे फ़ोन का है। ऐसा चुनें जो केवल आपका हो, या फ़ोन सर्वर चलाने वाले से पूछें।',
  'Say both when calling begins and when it ends, the end after the beginning.':
    'बताएँ कि कॉल कब शुरू हों और कब समाप्त, समाप्ति शुरुआत के बाद।',
  'There is no such member in your team.': 'आपकी टीम में ऐसा कोई सदस्य नहीं है।',
  'Give either the name of a phone account or a phone number.': 'फ़ोन के खाते का नाम दें या फ़ोन नंबर।',
  'This user name and password do not belong together. Check both, then try again.':
    'यह नाम और पासवर्ड साथ के नहीं हैं। दोनों जाँचें, फिर कोशिश करें।',
  'Nobody says that this person agreed to be called. Name in `consent` where their consent is kept.':
    'यह नहीं बताया गया कि इस व्यक्ति ने कॉल की सहमति दी। `consent` में बताएँ कि उनकी सहमति कहाँ रखी है।',
  'There is no such time zone or country. Write them as Europe/Berlin and DE, or leave them out.':
    'ऐसा समय क्षेत्र या देश नहीं है। उन्हें Asia/Kolkata और IN की तरह लिखें, या छोड़ दें।',

  'This dial campaign does not exist, or belongs to another organization.':
    'यह अभियान मौजूद नहीं है, या किसी दूसरे संगठन का है।',
  'This campaign is over. Start another one.': 'यह अभियान समाप्त हो चुका है। दूसरा शुरू करें।',
  "There is nobody on the campaign's list. Put people on it first.":
    'अभियान की सूची में कोई नहीं है। पहले उसमें लोग जोड़ें।',
  "There is no such script. Choose one of your organization's.": 'ऐसी कोई स्क्रिप्ट नहीं है। अपने संगठन की कोई चुनें।',
  'The campaign cannot do this now. Look at its state first.':
    'अभियान यह अभी नहीं कर सकता। पहले उसकी स्थिति देखें।',
  'The campaign is {state}, so it cannot {move}.': 'अभियान की स्थिति “{state}” है, इसलिए उसे {move}।',
  'Only a draft with nobody on its list can be removed. Stop it instead.':
    'केवल वही मसौदा हटाया जा सकता है जिसकी सूची में कोई न हो। इसके बदले उसे बंद करें।',
  'Agents are signed in to this campaign. Let them sign out first.':
    'इस अभियान में सहकर्मी जुड़े हैं। पहले उन्हें अपनी पारी समाप्त करने दें।',
  'Only a running campaign in preview mode shows whom to call next.':
    'अगला कौन है, यह केवल वही चालू अभियान दिखाता है जिसमें सहकर्मी पहले देखते हैं।',
  'This campaign dials ahead, so somebody may answer and find nobody free, and the law wants them to hear why. Choose a message for them first.':
    'यह अभियान पहले से डायल करता है, इसलिए कोई उठाए और कोई ख़ाली न हो ऐसा हो सकता है, और क़ानून चाहता है कि उन्हें कारण सुनाया जाए। पहले उनके लिए संदेश चुनें।',
  'The law of whom this campaign calls allows less. Choose what it allows, or something stricter.':
    'यह अभियान जिन्हें कॉल करता है, उनके यहाँ के क़ानून में अनुमति इससे कम है। जितनी अनुमति है वही चुनें, या उससे कड़ा।',
  'By the law of {places} this may be {n} seconds at most.': '{places} के क़ानून से यह अधिकतम {n} सेकंड हो सकता है।',
  'By the law of {places} this may be {limit} at most.': '{places} के क़ानून से यह अधिकतम {limit} हो सकता है।',
  'By the law of {places} this has to be “{window}”.': '{places} के क़ानून से यह “{window}” होना चाहिए।',
  'This table cannot be used. Check that it is CSV with a header, and name the column of the numbers.':
    'यह तालिका काम नहीं आ सकती। देखें कि यह शीर्ष पंक्ति वाली CSV है, और नंबरों का स्तंभ बताएँ।',
  'The table has more than {n} columns. Keep those that are needed.':
    'तालिका में {n} से ज़्यादा स्तंभ हैं। केवल ज़रूरी वाले रखें।',
  'No column is called “phone”. Name the column that holds the numbers.':
    '“phone” नाम का कोई स्तंभ नहीं है। नंबरों वाले स्तंभ का नाम बताएँ।',
  'No column for the {what} is called “{name}”.': '{what} के लिए “{name}” नाम का कोई स्तंभ नहीं है।',
  'The table cannot be read. Save it as CSV in UTF-8, then upload that.':
    'तालिका पढ़ी नहीं जा सकती। उसे UTF-8 वाली CSV में सहेजें, फिर वह अपलोड करें।',
  'Your phone is not connected yet. Pick it up when it rings, or sign in again.':
    'आपका फ़ोन अभी जुड़ा नहीं है। बजे तो उठाएँ, या अपनी पारी फिर शुरू करें।',
  'You are not signed in to a campaign. Sign in first; your phone rings once and stays connected.':
    'आप किसी अभियान में जुड़े नहीं हैं। पहले अपनी पारी शुरू करें; आपका फ़ोन एक बार बजता है और जुड़ा रहता है।',
  'You are on a call, or one is being placed for you. End it first.':
    'आप कॉल पर हैं, या आपके लिए कॉल लगाई जा रही है। पहले उसे समाप्त करें।',
  "Say why you pause, with one of your organization's pause codes.":
    'बताएँ कि आप क्यों रुक रहे हैं: अपने संगठन का कोई कारण चुनें।',
  'Nobody on the list may be called right now. Look again later.':
    'सूची में अभी किसी को कॉल नहीं की जा सकती। बाद में फिर देखें।',
  'You are not ready for a call. End your pause or wrap-up first.':
    'आप कॉल के लिए तैयार नहीं हैं। पहले अपना विराम या समापन पूरा करें।',
  'This person is not yours to decide about any more. Ask for the next one.':
    'इस व्यक्ति के बारे में निर्णय अब आपका नहीं है। अगला माँगें।',
  'Say when to call back: a moment in the future.': 'बताएँ कि वापस कब कॉल करें: आगे का कोई समय।',
  'There is one with this code already. Choose another code, or change that one.':
    'इस कोड वाला पहले से है। दूसरा कोड चुनें, या उसी को बदलें।',
  "Say how the conversation ended, with one of your organization's dispositions.":
    'बताएँ कि बातचीत कैसे समाप्त हुई: अपने संगठन का कोई परिणाम चुनें।',
  'A campaign uses this script. Give the campaign another one first.':
    'यह स्क्रिप्ट एक अभियान में है। पहले अभियान को दूसरी दें।',
  "This pause code, disposition or script does not exist, or is not your organization's.":
    'रुकने का यह कारण, परिणाम या स्क्रिप्ट मौजूद नहीं है, या आपके संगठन की नहीं है।',
}

/** Hindi of what the server fills in, by the place and the English. */
export const hiFillings: Record<string, Record<string, string>> = {
  place: {
    'Your organization': 'आपके संगठन',
    'Any other country': 'दूसरे देशों',
    Germany: 'जर्मनी',
    India: 'भारत',
    'United Arab Emirates': 'संयुक्त अरब अमीरात',
    'United Kingdom': 'यूनाइटेड किंगडम',
    'United States': 'अमेरिका',
  },
  hours: {
    mon: 'सोम',
    tue: 'मंगल',
    wed: 'बुध',
    thu: 'गुरु',
    fri: 'शुक्र',
    sat: 'शनि',
    sun: 'रवि',
    never: 'कभी नहीं',
  },
  day: {
    Monday: 'सोमवार',
    Tuesday: 'मंगलवार',
    Wednesday: 'बुधवार',
    Thursday: 'गुरुवार',
    Friday: 'शुक्रवार',
    Saturday: 'शनिवार',
    Sunday: 'रविवार',
  },
  date: {
    January: 'जनवरी',
    February: 'फ़रवरी',
    March: 'मार्च',
    April: 'अप्रैल',
    May: 'मई',
    June: 'जून',
    July: 'जुलाई',
    August: 'अगस्त',
    September: 'सितंबर',
    October: 'अक्टूबर',
    November: 'नवंबर',
    December: 'दिसंबर',
  },
  per: { day: 'एक दिन', week: 'एक सप्ताह', '24 hours': '24 घंटे', '7 days': '7 दिन' },
  window: { day: '24 घंटे', 'thirty-days': '30 दिन' },
  kind: {
    'premium-rate': 'महँगी दर वाला',
    'shared-cost': 'बँटी हुई दर वाला',
    satellite: 'सैटेलाइट',
    personal: 'निजी',
    pager: 'पेजर',
    voicemail: 'वॉइसमेल',
  },
  what: { number: 'नंबर', 'further number': 'दूसरे नंबर', name: 'नाम' },
  field: {
    name: 'नाम',
    email: 'ई-मेल',
    phone: 'फ़ोन',
    company: 'कंपनी',
    title: 'शीर्षक',
    source: 'स्रोत',
    time_zone: 'समय क्षेत्र',
    country: 'देश',
    region: 'राज्य या क्षेत्र',
    postal_code: 'पिन कोड',
  },
  state: {
    draft: 'मसौदा',
    running: 'चल रहा है',
    paused: 'रुका हुआ',
    draining: 'समाप्त हो रहा है',
    stopped: 'बंद',
    done: 'पूरा',
  },
  move: {
    start: 'शुरू नहीं कर सकते',
    pause: 'रोक नहीं सकते',
    resume: 'फिर नहीं चला सकते',
    drain: 'समाप्त होने नहीं दे सकते',
    stop: 'बंद नहीं कर सकते',
  },
}
