# Briefe, die der Desk selbst schreibt, und was an Mail falsch sein kann.
mail-acknowledgement =
    Guten Tag,

    Ihre Nachricht ist angekommen und hat die Nummer **{ $number }**. Jemand sieht sie sich an und schreibt Ihnen.

    Wenn Sie etwas ergänzen möchten, antworten Sie einfach auf diesen Brief.

    { $desk }
mail-acknowledgement-subject = Ihre Nachricht ist angekommen [#{ $number }]
actor-mail = Mail
error-address-named = { $text } ist keine E-Mail-Adresse.
error-address-taken = Ein anderes Postfach hat diese Adresse.
error-undeliverable = { $text } ist nicht erreichbar: Briefe dorthin kamen mehrmals zurück.
error-host = So kann kein Server heißen.
error-port = Ein Port ist eine Zahl von 1 bis 65535.
error-pin = Der Fingerabdruck eines Zertifikats hat 64 hexadezimale Ziffern.
error-folder-watched = Dieser Ordner wird selbst gelesen; bitte einen anderen wählen.
error-size = Bitte zwischen 1 und 64 MiB.
error-dkim = DKIM braucht eine Domain und einen Selektor.
error-letter-no-key = Der Brief kann nicht für { $domain } signiert werden: Es gibt keinen Schlüssel dafür. Erzeugen Sie beim Postfach einen Schlüssel, oder lassen Sie die Domain für DKIM leer.
error-letter-unsigned = Der Brief kann nicht für { $domain } signiert werden: Der Schlüssel ist nicht zu gebrauchen. Erzeugen Sie beim Postfach einen anderen Schlüssel, oder lassen Sie die Domain für DKIM leer.
error-letter-gone = Der Brief ist schon unterwegs.
error-mailbox-sign-in = Dieses Postfach wurde noch nicht angemeldet.
error-mail-fetch = Das Postfach konnte nicht gelesen werden: { $text }
error-variable = Zeile { $line }: Eine Variable „{ $text }“ gibt es nicht.
error-variable-meant = Zeile { $line }: Eine Variable „{ $text }“ gibt es nicht. Meinten Sie { $meant }?
mail-reason-duplicate = Derselbe Brief wurde schon aufgenommen.
mail-reason-own = Wir haben ihn selbst geschrieben.
mail-reason-lay-before = Sie lag dort, bevor dieser Ordner zum ersten Mal gelesen wurde, und bleibt liegen, wie Sie es gewählt haben.
mail-reason-thrown-away = Jemand hatte sie auf dem Server schon gelöscht, bevor Deskbell sie sah. Stellt er sie dort wieder her, wird sie übernommen.
mail-reason-stray-bounce = Er bringt einen Brief zurück, der nicht von uns ist.
mail-reason-too-large = Er ist größer, als aufgenommen wird; er bleibt auf dem Server.
mail-reason-attempts = Deskbell stürzte dreimal ab, während es diese Mail las.
mail-reason-no-file = Die Datei dieser Mail fehlt.
mail-reason-refuted = Die Prüfung des Absenders schlug fehl: vielleicht ist er gefälscht.
mail-reason-too-long = Das Lesen dauerte länger als 30 Sekunden.
mail-reason-fault = Sie konnte wegen eines Fehlers in Deskbell nicht gelesen werden.
mail-reason-empty = Sie ist leer.
mail-reason-no-headers = Sie hat keinen Kopf; niemand weiß, wer sie schrieb.

order-unknown-status = diesen Zustand gibt es nicht; möglich sind open, waiting und closed
order-unknown-priority = diese Priorität gibt es nicht; möglich sind low, normal, high und urgent
order-unknown-agent = niemand hier hat diesen Anmeldenamen; möglich sind einer davon, me und nobody
order-unknown-team = ein Team dieses Namens gibt es nicht
order-unknown-category = eine Kategorie dieses Namens gibt es nicht
order-unknown-person = niemand mit dieser Adresse ist bekannt
order-unknown-address = das ist keine Mailadresse
order-unknown = das geht bei diesem Ticket nicht
