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
error-too-large = Das ist größer, als dieses Formular sein darf. Kürzen Sie es und senden Sie es noch einmal.
error-not-a-form = Diese Adresse nimmt nur Formulare an.
error-unreadable = Diese Anfrage war nicht zu verstehen.
error-not-ours = Unter diesem Namen antwortet dieses System nicht. Benutzen Sie die Adresse, die Sie bekommen haben, oder lassen Sie den Namen in die Konfiguration aufnehmen.
error-invalid = Einige Angaben sind noch zu prüfen.
error-busy = Das System ist gerade ausgelastet. Versuchen Sie es in ein paar Sekunden noch einmal; es geht nichts verloren.
error-internal = Bei uns ist etwas kaputtgegangen. Es wurde festgehalten; bitte versuchen Sie es noch einmal, und nennen Sie Ihrer Verwaltung die Nummer unten, wenn es dabei bleibt.
