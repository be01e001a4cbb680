# Dienst: wer Anrufe annimmt, Pausen, das Ende einer Schicht.

admin-duty = Wer jetzt Anrufe annimmt und wer es in den letzten zwei Wochen tat.

duty-title = Dienst
duty-state-on = Im Dienst
duty-state-break = In der Pause
duty-state-off = Nicht im Dienst
duty-go-on = Dienst beginnen
duty-go-break = Pause machen
duty-go-back = Zurück im Dienst
duty-go-off = Dienst beenden
duty-now = Jetzt im Dienst
duty-nobody = Niemand ist im Dienst.
duty-none = Noch war niemand im Dienst
duty-none-text = Wer Anrufe annimmt, beginnt den Dienst mit dem Schalter oben auf jeder Seite. Wer es tat und wie lange, steht dann hier.
duty-today = Heute
duty-since = seit { $time }
duty-before = Die zwei Wochen davor
duty-day = Tag
duty-from = Von
duty-until = Bis
duty-goes-on = jetzt
duty-length = Im Dienst
duty-breaks = Pausen
duty-set-off = Aus dem Dienst nehmen
duty-set-on = Zurück in den Dienst
duty-hours = { $hours } Std. { $minutes } Min.
duty-stay = Im Dienst bleiben
duty-busy = Im Gespräch

duty-end-title = Ende Ihrer Schicht
duty-end-clear = Nichts ist mehr offen. Schönen Feierabend.
duty-end-open = Das ist noch offen. Sie können es denen lassen, die bleiben, oder sich erst darum kümmern.
duty-end-last = Sie sind die letzte Person im Dienst. Nach Ihnen nimmt niemand mehr Anrufe an.
duty-end-others = Noch im Dienst
duty-end-callbacks = Wer auf einen Rückruf wartet
duty-end-callbacks-count = { $count ->
    [one] Eine Person wartet auf einen Rückruf
   *[other] { $count } Personen warten auf einen Rückruf
}
duty-end-callbacks-open = Zu den Rückrufen
duty-end-wrap-up = Ihre Anrufe ohne Abschluss
duty-end-unnamed = Heutige Tickets aus Anrufen ohne Betreff
duty-end-anyway = Dienst trotzdem beenden

done-duty-on = Sie sind im Dienst.
done-duty-break = Sie sind in der Pause.
done-duty-off = Sie sind nicht mehr im Dienst.
done-duty-set-off = Aus dem Dienst genommen.
done-duty-set-on = Wieder im Dienst.

error-duty-role = Dieses Konto darf keine Anrufe annehmen.
