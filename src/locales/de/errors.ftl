# Was schiefging: was geschehen ist und was hilft.

error-title-missing = Nicht gefunden
error-title-forbidden = Nicht erlaubt
error-title-conflict = Jemand war schneller
error-title-busy = Einen Augenblick, bitte
error-title-internal = Das liegt an uns
error-title-refused = Das hat nicht geklappt
error-home = Zur Startseite
error-request-id = Für die Fehlersuche:

error-missing = Hier ist nichts, oder Sie dürfen es nicht sehen. Prüfen Sie die Adresse, oder suchen Sie danach.
error-signed-out = Sie sind abgemeldet, deshalb wurde das nicht gespeichert. Melden Sie sich an und senden Sie es noch einmal; angefangene Notizen bewahrt dieser Browser auf.
error-forbidden = Ihre Rolle erlaubt das nicht. Wer dieses System verwaltet, kann das ändern.
error-right = Dafür braucht es das Recht „{ $right }“, das Ihre Rolle nicht hat. Wer dieses System verwaltet, kann das ändern.
error-text-kept = Gehen Sie zurück, um es noch einmal zu senden: Notizen, an denen Sie schrieben, sind in diesem Browser noch da.
error-method = Diese Adresse nimmt Anfragen dieser Art nicht an.
error-foreign-form = Dieses Formular kam nicht von einer aktuellen Seite dieses Systems; vielleicht ist Ihre Sitzung abgelaufen. Gehen Sie zurück, laden Sie die Seite neu und senden Sie es noch einmal.
error-too-slow = Das Formular ist nicht rechtzeitig angekommen. Prüfen Sie Ihre Verbindung und senden Sie es noch einmal.
error-form-too-large = Das ist größer, als dieses Formular sein darf. Kürzen Sie es und senden Sie es noch einmal.
error-not-a-form = Diese Adresse nimmt nur Formulare an.
error-unreadable = Diese Anfrage war nicht zu verstehen.
error-not-ours = Unter diesem Namen antwortet dieses System nicht. Benutzen Sie die Adresse, die Sie bekommen haben, oder lassen Sie den Namen in die Konfiguration aufnehmen.
error-invalid = Einige Angaben sind noch zu prüfen.
error-busy = Das System ist gerade ausgelastet. Versuchen Sie es in ein paar Sekunden noch einmal; es geht nichts verloren.
error-search-locked = Ein anderer Prozess schreibt gerade den Suchindex. Beenden Sie ihn, und starten Sie neu.
error-internal = Bei uns ist etwas kaputtgegangen. Es wurde festgehalten; bitte versuchen Sie es noch einmal, und nennen Sie Ihrer Verwaltung die Nummer unten, wenn es dabei bleibt.

error-required = Bitte füllen Sie dieses Feld aus.
error-choice = Bitte wählen Sie etwas aus, das angeboten wird.
error-exists = Das hat gerade jemand anderes angelegt. Sehen Sie nach, bevor Sie es noch einmal versuchen.
error-name-taken = Diesen Namen gibt es schon. Wählen Sie einen anderen.
error-too-many = Das sind zu viele; höchstens { $max } sind möglich.
error-file-too-large = Diese Datei ist zu groß; höchstens { $max } MB sind möglich.
error-disk-full = Die Festplatte ist voll, es kann nichts mehr festgehalten werden. Sagen Sie Ihrer Verwaltung Bescheid; was vorher gespeichert wurde, ist sicher.
error-disk-low = Auf der Festplatte sind nur { $free } MiB frei, und es müssen { $least } MiB sein. Mails bleiben auf ihren Servern, bis wieder Platz ist; nichts geht verloren.
error-disk-broken = Die Festplatte nimmt nicht an, was geschrieben wird. Sagen Sie sofort Ihrer Verwaltung Bescheid; was vorher gespeichert wurde, ist sicher.
error-read-only = Im Augenblick kann hier nur gelesen werden. Sagen Sie Ihrer Verwaltung Bescheid.
error-database-away = Die Datenbank antwortet gerade nicht. Versuchen Sie es in einer Minute noch einmal; was vorher gespeichert wurde, ist sicher.

error-country = Dieses Land kennen wir nicht. Nehmen Sie seine zwei Buchstaben, etwa DE.
error-area-code = Nur Ziffern, höchstens acht, etwa 30.
error-time-zone = Diese Zeitzone kennen wir nicht. Nehmen Sie Region und Stadt, etwa Europe/Berlin.

error-number = „{ $text }“ ist keine Telefonnummer. Was es ist, gehört in Klammern dahinter.
error-address = „{ $text }“ ist keine E-Mail-Adresse.
error-person-has-tickets = Zu dieser Person gibt es Tickets, deshalb kann sie nicht entfernt werden. Ein Ticket braucht jemanden, dem es gehört.

error-source = „{ $text }“ ist weder Adresse noch Netz. Schreiben Sie etwa 192.0.2.20 oder 192.0.2.0/24.
error-source-missing = Tragen Sie die Adresse Ihrer Telefonanlage ein, sonst kommt nie ein Anruf an.

error-sign-in = Anmeldename oder Passwort stimmt nicht. Prüfen Sie beides und versuchen Sie es noch einmal.
error-too-many-tries = Zu viele Versuche. Warten Sie { $minutes } Minuten und versuchen Sie es dann noch einmal.
error-set-up-done = Das erste Konto gibt es hier schon. Melden Sie sich an, oder fragen Sie, wer dieses System verwaltet.
error-set-up-code = Dieser Code ist falsch oder zu alt. Bei einem Neustart macht Deskbell einen neuen.
error-login = Nehmen Sie 2 bis 64 Buchstaben, Ziffern und . - _ @ +, ohne Leerzeichen.
error-login-taken = Diesen Anmeldenamen hat schon jemand. Wählen Sie einen anderen.
error-password-short = Das ist zu kurz: mindestens { $min } Zeichen.
error-password-long = Das ist zu lang: höchstens { $max } Bytes.
error-password-common = Das wird als Erstes geraten. Wählen Sie ein anderes, in dem der Anmeldename nicht vorkommt.
error-password-wrong = Das ist nicht Ihr bisheriges Passwort.
error-last-admin = Das ist das letzte Verwaltungskonto, das sich anmelden kann. Geben Sie erst jemand anderem diese Rolle.

error-number-range = Bitte eine ganze Zahl von { $least } bis { $most }.
error-call-claimed = { $name } hat diesen Anruf. Sie können ihn übernehmen.
error-call-wrapped-up = Dieser Anruf ist schon abgeschlossen.
error-call-changed = Jemand war schneller. Bitte noch einmal ansehen.
error-callback-held = Jemand anders ruft gerade zurück.
error-callback-closed = Dieser Rückruf ist schon erledigt.
error-callback-other = Der Anrufer hat es inzwischen wieder versucht; jener Rückruf ist offen.
