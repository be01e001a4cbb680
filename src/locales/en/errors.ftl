# What went wrong: what happened, and what helps.

error-title-missing = Not found
error-title-forbidden = Not allowed
error-title-conflict = Someone was faster
error-title-busy = One moment, please
error-title-internal = That is our fault
error-title-refused = That did not work
error-home = To the start page
error-request-id = For whoever looks into this:

error-missing = There is nothing here, or you may not see it. Check the address, or search for it.
error-forbidden = Your role does not allow this. Whoever administers this desk can change that.
error-method = This address does not take that kind of request.
error-foreign-form = This form was not sent from a current page of this desk; perhaps your session has ended. Go back, reload the page and send it again.
error-too-slow = The form did not arrive in time. Check your connection and send it again.
error-too-large = That is larger than this form may be. Shorten it and send it again.
error-not-a-form = This address takes forms only.
error-unreadable = This request could not be understood.
error-not-ours = This desk does not answer to that name. Use the address that you were given, or ask for the name to be added to the configuration.
error-invalid = Some of what was entered needs another look.
error-busy = The desk is busy. Try again in a few seconds; nothing is lost.
error-internal = Something broke on our side. It has been written down; please try again, and tell your administrator the number below if it stays.
