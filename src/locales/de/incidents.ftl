# Störungen: Anrufwellen, bekannte Störungen, wem gesagt wird, dass sie behoben sind.

incidents-title = Störungen
incidents-none = Keine Störungen
incidents-none-text = Wenn viele wegen derselben Störung anrufen, machen Sie sie bekannt: Spätere Anrufer erfahren es sofort, und alle werden zurückgerufen, wenn sie behoben ist.
incident-new = Neue Störung
incident-new-text = Anrufer aus diesem Gebiet, oder die diese Wörter sagen, erscheinen schon beim Klingeln als „bekannt“. Eine Taste fügt jeden hinzu.
incident-declare = Bekannt machen
incident-what = Was gestört ist
incident-what-hint = Kein Wasser im Norden der Stadt
incident-announcement = Was Anrufern gesagt wird
incident-announcement-hint = Zum Vorlesen; es steht auf der Karte jedes solchen Anrufs.
incident-eta = Behoben bis
incident-until = bis { $time }
incident-area = Gebiet
incident-area-hint = Wie die Nummern der Anrufer beginnen (+49301), oder das Gebiet eines Standorts (12047).
incident-words = Wörter
incident-words-hint = Wörter, die Anrufer sagen, durch Leerzeichen getrennt.
incident-since = Bekannt seit
incident-open = Offen
incident-solved = Behoben
incident-solve = Ist behoben
incident-told = Was Anrufern gesagt wird
incident-say = Sagen Sie:
incident-calls = Anrufe
incident-parts = Eigene Tickets
incident-left = Noch anzurufen
incident-nobody = Niemand, der anrief, hat eine Nummer hinterlassen.
incident-known = Bekannt:
incident-add = Hinzufügen

storm-callers = { $count } Anrufer in { $minutes } Minuten
storm-area = aus { $area }. Ist es eine Störung?
storm-word = sagen „{ $word }“. Ist es eine Störung?
storm-prefix = mit Nummern, die mit { $prefix } beginnen. Ist es eine Störung?
storm-declare = Störung anlegen
storm-quiet = Nein

done-incident-declared = Die Störung ist jetzt bekannt.
done-incident-solved = Behoben. Zurückzurufen: { $it }.

error-incident-solved = Diese Störung ist schon behoben.
