# Wer hier arbeitet: Anmeldung, Mitarbeitende, Teams, das eigene Profil; und die Orte des Hauptmenüs.

nav-home = Start
nav-calls = Anrufe
nav-tickets = Tickets
nav-people = Personen
nav-admin = Verwaltung
nav-profile = Ihr Profil

role-admin = Verwaltung
role-lead = Teamleitung
role-agent = Support
role-worker = Technik
role-viewer = Nur ansehen
role-hint-admin = Alles, auch Konten, Telefonleitungen und Einstellungen.
role-hint-lead = Alle Anrufe, Tickets und Personen; sieht Mitarbeitende und Teams.
role-hint-agent = Nimmt Anrufe an und bearbeitet alle Tickets.
role-hint-worker = Bearbeitet die Tickets der eigenen Teams; sieht weder Anrufe noch Personen.
role-hint-viewer = Sieht Anrufe, Tickets und Personen und ändert nichts.

sign-in-title = Anmelden
sign-in-at = Anmelden bei
sign-in-trouble = Kommen Sie nicht hinein?
sign-in-help = Fragen Sie, wer dieses System verwaltet; dort gibt es ein neues Passwort.
greeting-morning = Guten Morgen.
greeting-day = Guten Tag.
greeting-evening = Guten Abend.
greeting-night = Eine ruhige Nacht.

set-up-title = Willkommen bei Ihrem Helpdesk
set-up-text = Hier arbeitet noch niemand. Legen Sie das erste Konto an; es verwaltet dieses System.
set-up-code = Einmalcode
set-up-code-hint = Er steht in der Datei setup-code im Datenordner, meist /var/lib/deskbell/setup-code.
set-up-note = Nichts verlässt diesen Rechner. Alles lässt sich später unter Verwaltung ändern.
set-up-button = Konto anlegen

account-name = Name
account-login = Anmeldename
account-login-hint = Damit meldet man sich an: Buchstaben, Ziffern und . - _ @ +, mindestens zwei.
account-role = Rolle
account-state = Status
account-active = Aktiv
account-disabled = Gesperrt
account-password = Passwort
account-password-new = Neues Passwort
account-password-current = Bisheriges Passwort
account-password-hint = Mindestens { $min } Zeichen. Drei oder vier Wörter, die nicht zusammengehören, sind gut und leicht zu merken.
account-save = Speichern
account-cancel = Abbrechen

admin-agents = Wer hier arbeitet und wer was darf.
admin-teams = Gruppen, zu denen Tickets und Telefonleitungen gehören.
admin-lines = Woher Anrufe kommen und welche davon Tickets werden.
admin-settings = Name, Sprache, Zeitzone und Platz im Telefonnetz.

agents-title = Mitarbeitende
agents-new = Neues Konto
agents-add = Konto anlegen
agents-teams-hint = Wer in der Technik arbeitet, sieht nur die Tickets der eigenen Teams.
agents-password-hint = Mindestens { $min } Zeichen. Geben Sie es persönlich weiter und bitten Sie darum, es im Profil zu ändern.
agents-password-text = Setzt ein neues Passwort und meldet dieses Konto überall ab.
agents-password-own = Setzt Ihr eigenes Passwort neu und meldet Sie überall sonst ab.
agents-password-set = Passwort setzen
agents-access = Zugang
agents-disable = Sperren
agents-disable-text = Meldet dieses Konto sofort ab und lässt es nicht mehr herein. Was damit getan wurde, bleibt, und Sie können es wieder freigeben.
agents-disabled-since = Gesperrt
agents-enable = Freigeben
agents-enable-text = Nach dem Freigeben gilt wieder das bisherige Passwort.

teams-title = Teams
teams-new = Neues Team
teams-add = Team anlegen
teams-members = Mitglieder
teams-archived = Archiviert
teams-empty = Noch keine Teams
teams-empty-text = Ein Team gibt Tickets und Telefonleitungen ein Zuhause. Wer wenige ist, kommt gut ohne aus.
teams-archive = Team archivieren
teams-archive-text = { $name } behält seine Tickets und bekommt keine neuen. Das lässt sich nicht rückgängig machen.

profile-about = Über Sie
profile-language = Sprache
profile-language-label = Sprache aller Seiten
profile-language-browser = Wie mein Browser es wünscht
profile-feel = Aussehen und Bedienung
profile-density = Zeilen
profile-density-compact = Eng, für alle, die in Listen leben
profile-density-normal = Normal
profile-density-touch = Groß, für Finger
profile-letter-keys = Tasten aus einem Buchstaben
profile-letter-keys-hint = Etwa c für ein neues Ticket. Schalten Sie sie ab, wenn Sie mit dem Rechner sprechen oder oft aus Versehen tippen; F2, Strg+K und andere bleiben.
profile-signals = Ton und Hinweise
profile-signals-text = Die Glocke oben schaltet den Klingelton dieses Browsers. Ein Hinweis zeigt einen klingelnden Anruf, während Sie anderswo hinsehen, und sagt nicht mehr als seine Karte.
profile-ring-test = Einmal klingeln
profile-notify-ask = Hinweise erlauben
profile-notify-granted = Hinweise sind erlaubt
profile-notify-denied = Dieser Browser erlaubt hier keine Hinweise
profile-password-text = Beim Ändern werden Sie überall sonst abgemeldet.
profile-password-change = Passwort ändern
profile-sessions = Wo Sie angemeldet sind
profile-sessions-text = Beenden Sie, was Sie nicht kennen, und ändern Sie dann Ihr Passwort.
profile-browser = Browser
profile-address = Adresse
profile-began = Angemeldet
profile-seen = Zuletzt aktiv
profile-end = Abmelden
profile-here = Hier

done-agent-added = Konto angelegt.
done-agent-disabled = Gesperrt und überall abgemeldet.
done-agent-enabled = Freigegeben. Die Anmeldung ist wieder möglich.
done-password-set = Passwort gesetzt.
done-password-changed = Passwort geändert. Überall sonst sind Sie abgemeldet.
done-session-ended = Dort abgemeldet.
done-team-added = Team angelegt.
done-team-archived = Team archiviert.
