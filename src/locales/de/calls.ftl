# Anrufe: die Tafel, die Karten, das Protokoll.

calls-title = Anrufe
calls-log = Anrufliste
calls-none = Noch keine Anrufe
calls-none-text = { $lines ->
    [0] Noch nimmt keine Leitung Anrufe an. Richten Sie eine ein, und lassen Sie die Telefonanlage auch Deskbell anrufen.
    [one] Eine Leitung hört zu. Der nächste Anruf erscheint hier, während es klingelt.
   *[other] { $lines } Leitungen hören zu. Der nächste Anruf erscheint hier, während es klingelt.
}
calls-none-lines = Leitungen
calls-log-none = Keine Anrufe
calls-log-none-text = Anrufe erscheinen hier, wenn sie beendet sind.

call-rings = Es klingelt
call-withheld = Unterdrückte Nummer
call-no-number = Keine Nummer
call-unknown = Unter dieser Nummer ist niemand bekannt.
call-maybe = Vielleicht eine von { $count }
call-line = Leitung
call-when = Wann
call-who = Wer
call-outcome = Ausgang
call-rang = Klingelte
call-actions = Aktionen
call-ticket = Ticket
call-back = Zurückrufen
call-dialled = gewählt
call-diverted = weitergeleitet von
call-rang-for = klingelte { $time }
call-reason = Was die Telefonanlage zum Ende gesagt hat
call-make-ticket = Ticket anlegen
call-make-ticket-text = Anrufe auf dieser Leitung haben kein eigenes Ticket, solange Sie keines anlegen.
call-was-missed = War verpasst

call-outcome-answered-elsewhere = Angenommen
call-outcome-missed = Verpasst
call-outcome-went-on = Nicht angenommen
call-outcome-forwarded = Weitergeleitet
call-outcome-unconfirmed = Wohl verpasst
call-outcome-rang-out = Ausgeklingelt
call-outcome-stopped = Deskbell hielt an
call-outcome-unknown-after-restart = Nach Neustart unbekannt

done-call-missed = Als verpasst vermerkt.

error-call-rings = Dieser Anruf klingelt noch.
