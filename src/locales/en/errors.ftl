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
error-signed-out = You are signed out, so this was not saved. Sign in and send it again; notes that you were writing are kept in this browser.
error-forbidden = Your role does not allow this. Whoever administers this desk can change that.
error-right = This needs the right “{ $right }”, which your role does not have. Whoever administers this desk can change that.
error-text-kept = Go back to send it again: notes that you were writing are kept in this browser.
error-method = This address does not take that kind of request.
error-foreign-form = This form was not sent from a current page of this desk; perhaps your session has ended. Go back, reload the page and send it again.
error-too-slow = The form did not arrive in time. Check your connection and send it again.
error-form-too-large = That is larger than this form may be. Shorten it and send it again.
error-not-a-form = This address takes forms only.
error-unreadable = This request could not be understood.
error-not-ours = This desk does not answer to that name. Use the address that you were given, or ask for the name to be added to the configuration.
error-invalid = Some of what was entered needs another look.
error-busy = The desk is busy. Try again in a few seconds; nothing is lost.
error-search-locked = The search index is being written by another process. Stop that one, and start again.
error-internal = Something broke on our side. It has been written down; please try again, and tell your administrator the number below if it stays.

error-required = Please fill this in.
error-choice = Please choose one of what is offered.
error-exists = Somebody has just made the same. Look for it before you try again.
error-name-taken = This name is taken. Choose another one.
error-too-many = That is too many; at most { $max } fit.
error-file-too-large = This file is too large; at most { $max } MB fit.
error-disk-full = The disk is full, so nothing can be written down. Tell your administrator; what was saved before is safe.
error-disk-low = Only { $free } MiB are free on the disk, and { $least } MiB have to be. Mail stays on its servers until there is room; nothing is lost.
error-disk-broken = The disk does not take what is written. Tell your administrator at once; what was saved before is safe.
error-read-only = The desk can only be read at the moment. Tell your administrator.
error-database-away = The database does not answer at the moment. Try again in a minute; what was saved before is safe.

error-country = This is no country that we know. Use its two letters, such as DE.
error-area-code = Use at most eight digits and nothing else, such as 30.
error-time-zone = We don't know this time zone. Use region and city, such as Europe/Berlin.

error-number = “{ $text }” is no phone number. What it is goes into brackets after it.
error-address = “{ $text }” is no e-mail address.
error-person-has-tickets = This person has tickets and can't be removed. Tickets need somebody to belong to.

error-source = “{ $text }” is no address or network. Use one like 192.0.2.20 or 192.0.2.0/24.
error-source-missing = Enter the address of your phone system, or no call would ever arrive.

error-sign-in = Login or password is wrong. Check both and try again.
error-too-many-tries = Too many tries. Wait { $minutes } minutes, then try again.
error-set-up-done = This desk has its first account already. Sign in, or ask whoever administers it.
error-set-up-code = This code is wrong or too old. A restart of Deskbell makes a new one.
error-login = Use 2 to 64 letters, digits and . - _ @ +, without spaces.
error-login-taken = Somebody else has this login. Choose another one.
error-password-short = This is too short: use at least { $min } characters.
error-password-long = This is too long: use at most { $max } bytes.
error-password-common = This one is guessed first. Choose another that does not contain the login.
error-password-wrong = This is not your current password.
error-last-admin = This is the last administrator who can sign in. Make somebody else one first.

error-number-range = A whole number from { $least } to { $most }, please.
error-call-claimed = { $name } has this call. You can take it over.
error-call-wrapped-up = This call is wrapped up already.
error-call-changed = Somebody else was faster. Please look again.
error-callback-held = Somebody else is calling back.
error-callback-closed = This callback is done already.
error-callback-other = The caller has tried again meanwhile; that callback is open.
