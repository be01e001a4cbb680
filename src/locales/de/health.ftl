# Der Zustand des Systems: was geprüft wird, wie es darum steht, und was zu tun ist.

health-title = Zustand
health-again = Neu prüfen
health-all = Das System
health-version = Version
health-started = Gestartet
health-looked = Geprüft
health-unread = nicht lesbar

health-light-good = Gut
health-light-unknown = Unbekannt
health-light-soon = Ansehen
health-light-bad = Ausgefallen

health-all-good = Alles ist, wie es sein soll.
health-all-unknown = Soweit wir wissen, fehlt nichts.
health-all-soon = Etwas sollte man ansehen, bevor es Ärger macht.
health-all-bad = Etwas geht nicht. Es steht unten in Rot.

health-database = Datenbank
health-database-value = schrieb in { $ms } ms, { $size }
health-database-away = nimmt nichts an
health-bound-database = Schreiben dauert weniger als 250 ms.
health-fix-database = Sehen Sie nach Last und Festplatte dieses Rechners, und nach dem Datenbankserver, falls es einen gibt. Was bestätigt wurde, ist sicher.

health-disk = Festplatte
health-disk-value = { $free } von { $total } frei
health-bound-disk = Ein Zehntel und 2 GB sind frei.
health-fix-disk = Schaffen Sie Platz auf der Festplatte des Datenordners, oder legen Sie ihn auf eine größere. Ist sie voll, wird kein Anruf mehr festgehalten.

health-phone = Telefon
health-phone-none = lauscht nirgends
health-bound-phone = Lauscht, wo die Telefonanlage es erreicht.
health-fix-phone = Setzen Sie listen_udp unter [phone] in deskbell.toml und starten Sie Deskbell neu.

health-line = Telefonleitungen
health-line-none = noch keine Leitung
health-line-off = abgeschaltet
health-line-never = bisher kein Anruf
health-line-last = letzter Anruf
health-bound-line = Anrufe kommen an.
health-fix-line = Machen Sie einen Probeanruf. Erscheint er nicht auf der Tafel, vergleichen Sie die Adresse der Telefonanlage mit der unter Telefonleitungen.

health-streams = Offene Bildschirme
health-streams-value = { $open } offen, höchstens { $max }
health-bound-streams = Weniger als vier Fünftel dessen, was geht.
health-fix-streams = Schließen Sie Bildschirme, die niemand ansieht.

health-queue = Arbeit im Hintergrund
health-queue-value = { $jobs } warten, { $failed } aufgegeben
health-bound-queue = Nichts ist eine Minute zu spät, nichts wurde aufgegeben.
health-fix-queue = Den Grund nennt das Protokoll: journalctl -u deskbell. Was aufgegeben wurde, bleibt, bis jemand entscheidet.

health-followers = Laufende Anzeige
health-followers-value = { $seconds } s im Rückstand
health-bound-followers = Weniger als 5 s im Rückstand.
health-fix-followers = Bildschirme können nachhinken. Bleibt es so, starten Sie Deskbell neu; dabei geht nichts verloren.

health-clock = Uhr
health-clock-kept = wird vom Rechner richtig gehalten
health-clock-back = geht hinter dem her, was schon festgehalten ist
health-bound-clock = Wird von einem Zeitserver gestellt.
health-fix-clock = Die Uhr dieses Rechners wurde zurückgestellt. Lassen Sie sie von einem Zeitserver stellen, etwa mit systemd-timesyncd.
