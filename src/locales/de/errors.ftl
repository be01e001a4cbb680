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
error-forbidden = Ihre Rolle erlaubt das nicht. Wer dieses System verwaltet, kann das ändern.
error-method = Diese Adresse nimmt Anfragen dieser Art nicht an.
error-foreign-form = Dieses Formular kam nicht von einer aktuellen Seite dieses Systems; vielleicht ist Ihre Sitzung abgelaufen. Gehen Sie zurück, laden Sie die Seite neu und senden Sie es noch einmal.
error-too-slow = Das Formular ist nicht rechtzeitig angekommen. Prüfen Sie Ihre Verbindung und senden Sie es noch einmal.
error-form-too-large = Das ist größer, als dieses Formular sein darf. Kürzen Sie es und senden Sie es noch einmal.
error-not-a-form = Diese Adresse nimmt nur Formulare an.
error-unreadable = Diese Anfrage war nicht zu verstehen.
error-not-ours = Unter diesem Namen antwortet dieses System nicht. Benutzen Sie die Adresse, die Sie bekommen haben, oder lassen Sie den Namen in die Konfiguration aufnehmen.
error-invalid = Einige Angaben sind noch zu prüfen.
error-busy = Das System ist gerade ausgelastet. Versuchen Sie es in ein paar Sekunden noch einmal; es geht nichts verloren.
error-internal = Bei uns ist etwas kaputtgegangen. Es wurde festgehalten; bitte versuchen Sie es noch einmal, und nennen Sie Ihrer Verwaltung die Nummer unten, wenn es dabei bleibt.

# Was der Boden unter allem sagt.

error-exists = So etwas gibt es schon. Laden Sie die Seite neu; vielleicht war jemand schneller.
error-database-away = Die Datenbank antwortet nicht. Es wird von selbst weiter versucht; versuchen Sie es in ein paar Sekunden noch einmal.
error-disk-full = Die Festplatte ist voll, es kann nichts Neues gespeichert werden. Bitte sagen Sie sofort Ihrer Verwaltung Bescheid.
error-read-only = Die Datenbank nimmt zurzeit keine Änderungen an. Bitte sagen Sie Ihrer Verwaltung Bescheid.
error-too-large = Diese Datei ist größer als { $max } MB.

# Was mit einem Feld nicht stimmt.

error-required = Bitte füllen Sie dieses Feld aus.
error-choice = Bitte wählen Sie etwas aus der Liste.
error-name-taken = Dieser Name ist vergeben. Wählen Sie einen anderen.
error-too-long = Bitte kürzen Sie den Text auf höchstens { $max } Zeichen.
error-too-many = Bitte geben Sie höchstens { $max } davon an.
error-number = „{ $text }“ ist keine Telefonnummer. Schreiben Sie sie mit dem Land, etwa +49 30 555 0171.
error-address = „{ $text }“ ist keine E-Mail-Adresse. Schreiben Sie sie als name@example.org.
error-time-zone = Das ist keine Zeitzone. Wählen Sie eine wie Europe/Berlin.
error-country = Bitte geben Sie das Land mit zwei Buchstaben an, etwa DE.
error-area-code = Bitte geben Sie die Vorwahl mit höchstens acht Ziffern an.

# Wer hier arbeitet, und das Anmelden.

error-sign-in = Dieser Name und dieses Passwort gehören nicht zusammen. Prüfen Sie beides und versuchen Sie es noch einmal.
error-too-many-tries = Zu viele Versuche. Warten Sie { $minutes } Minuten und versuchen Sie es noch einmal.
error-login = Ein Anmeldename besteht nur aus Buchstaben, Ziffern, Punkten und Bindestrichen.
error-login-taken = Dieser Anmeldename ist vergeben. Wählen Sie einen anderen.
error-password-short = Bitte nehmen Sie mindestens { $min } Zeichen; ein kurzer Satz ist ein gutes Passwort.
error-password-long = Bitte nehmen Sie höchstens { $max } Bytes.
error-password-common = Dieses Passwort gehört zu den ersten, die jeder probieren würde. Wählen Sie ein anderes.
error-last-admin = Das ist die letzte Person, die dieses System verwaltet. Geben Sie die Rolle erst an jemand anderen.
error-set-up-done = Dieses System ist schon eingerichtet. Melden Sie sich an.
error-set-up-code = Das ist nicht der Code. Das Programm hat ihn beim Start ausgegeben; er steht im Protokoll.

# Personen, Tickets und Anrufe.

error-person-has-tickets = Zu dieser Person gibt es Tickets, deshalb kann sie nicht entfernt werden.
error-source = „{ $text }“ ist keine Adresse und kein Netz. Schreiben Sie es als 192.0.2.7 oder 192.0.2.0/24.
error-source-missing = Bitte geben Sie die Adresse der Telefonanlage an, sonst würden Anrufe von Fremden angenommen.
