# The board: claims, callbacks, wrap-up codes, blocked numbers.

calls-queue = Anrufe, klingelnde zuerst
call-take-over = Übernehmen
call-claim = Annehmen
call-stale = vergessen?
call-held-by = { $name } hat ihn
call-wrap-up = Abschließen
call-wrap-up-none = Fertig, ohne Angabe
call-spam = Spam
call-release = Zurückgeben

hand-title = In Ihrer Hand
hand-empty = Nichts in Ihrer Hand
hand-empty-text = Wählen Sie mit den Pfeiltasten einen Anruf und drücken Sie Enter. Hier steht dann, was über den Anrufer bekannt ist.

strip-title = Ihre Anrufe
strip-ringing = { $count ->
    [one] 1 klingelt
   *[other] { $count } klingeln
}
strip-late = { $count ->
    [one] 1 Rückruf überfällig
   *[other] { $count } Rückrufe überfällig
}

callbacks-title = Zurückrufen
callbacks-all = Alle { $count }
callbacks-none = Niemand wartet auf einen Rückruf.
callbacks-none-text = Verpasste Anrufe stehen hier, bis jemand mit dem Anrufer gesprochen hat.
callbacks-late = { $count ->
    [one] 1 ist überfällig
   *[other] { $count } sind überfällig
}
callback-times = { $minutes ->
    [one] { $count }-mal in einer Minute
   *[other] { $count }-mal in { $minutes } Min.
}
callback-incident = Störung behoben
callback-attempts = { $count ->
    [one] einmal versucht
   *[other] { $count }-mal versucht
}
callback-due = in { $time }
callback-late = überfällig seit { $time }
callback-hold = Ich rufe an
callback-drop = Doch nicht
callback-result = Ergebnis
callback-result-reached = Erreicht
callback-result-no-answer = Keine Antwort
callback-result-wrong-number = Falsche Nummer
callback-result-not-needed = Nicht nötig

wrap-up-codes = Abschlusscodes
wrap-up-new = Neuer Code
wrap-up-hint = Worum es ging oder wie es endete, in ein, zwei Wörtern. Die ersten neun haben die Tasten 1 bis 9.
wrap-up-add = Code anlegen
wrap-up-empty = Noch keine Codes
wrap-up-empty-text = Mit Codes sagt man mit einer Taste, was ein Anruf war, und Berichte können es zählen.
wrap-up-archive = Nicht mehr verwenden
wrap-up-restore = Wieder verwenden

blocked-title = Gesperrte Nummern
blocked-new = Nummer sperren
blocked-text = Anrufe einer gesperrten Nummer klingeln weiter an den Telefonen, aber nicht auf der Tafel, und es entstehen keine Tickets. Im Anrufverlauf bleiben sie.
blocked-number = Nummer
blocked-note = Warum
blocked-since = Seit
blocked-until = Bis
blocked-always = auf Dauer
blocked-add = Sperren
blocked-remove = Entsperren
blocked-empty = Keine Nummer ist gesperrt
blocked-empty-text = „Spam“ bei einem Anruf sperrt seine Nummer für 90 Tage.

admin-wrap-up = Was über einen Anruf gesagt wird, wenn er vorbei ist.
admin-blocked = Nummern, deren Anrufe nicht auf die Tafel kommen.

done-call-released = Der Anruf gehört niemandem.
done-call-wrapped-up = Abgeschlossen.
done-call-marked-spam = Als Spam vermerkt.
done-call-no-spam = Nicht mehr als Spam vermerkt.
done-call-spam = Spam; die Nummer ist für 90 Tage gesperrt.
done-callback = Notiert.

calls-more = Mehr
