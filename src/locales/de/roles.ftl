# Was jede Rolle darf, und der Weg in die Verwaltung.

roles-title = Rollen
roles-text = Was jede Rolle darf. Vergeben wird eine Rolle auf der Seite der Person.
roles-right = Recht
roles-may = darf
roles-may-not = darf nicht
admin-roles = Was Verwaltung, Teamleitung, Support, Technik und Betrachter dürfen.
admin-health = Ob alles läuft: Festplatte, Telefonleitungen, Datenbank, was wartet.

right-own = Angemeldet sein
right-see-tickets = Tickets sehen
right-work-tickets = Tickets bearbeiten
right-see-calls = Anrufe sehen
right-work-calls = Anrufe bearbeiten
right-see-people = Personen sehen
right-change-people = Personen ändern
right-see-agents = Sehen, wer hier arbeitet
right-administer = Verwalten

right-hint-own = Das eigene Profil, Passwort und die eigenen Anmeldungen.
right-hint-see-tickets = Die Technik sieht die der eigenen Teams und die eigenen.
right-hint-work-tickets = Anlegen, ändern, Notizen schreiben und schließen; die Technik nur die der eigenen Teams.
right-hint-see-calls = Die Anruftafel, die Liste, und wer angerufen hat.
right-hint-work-calls = Übernehmen, Tickets daraus machen, sagen, wie sie endeten.
right-hint-see-people = Personen und Organisationen mit Nummern und Notizen.
right-hint-change-people = Personen und Organisationen anlegen, ändern und entfernen.
right-hint-see-agents = Mitarbeitende, Teams und was jede Rolle darf.
right-hint-administer = Konten, Teams, Telefonleitungen, Einstellungen und Zustand des Systems.
