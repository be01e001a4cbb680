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
error-form-too-large = That is larger than this form may be. Shorten it and send it again.
error-not-a-form = This address takes forms only.
error-unreadable = This request could not be understood.
error-not-ours = This desk does not answer to that name. Use the address that you were given, or ask for the name to be added to the configuration.
error-invalid = Some of what was entered needs another look.
error-busy = The desk is busy. Try again in a few seconds; nothing is lost.
error-internal = Something broke on our side. It has been written down; please try again, and tell your administrator the number below if it stays.

# What the ground under all features says.

error-exists = There is one like this already. Reload the page; perhaps someone was faster.
error-database-away = The database does not answer. It is tried again by itself; try again in a few seconds.
error-disk-full = The disk is full, so nothing new can be kept. Please tell your administrator at once.
error-read-only = The database takes no changes at the moment. Please tell your administrator.
error-too-large = That file is larger than { $max } MB.

# What is wrong with a field.

error-required = Please fill this in.
error-choice = Please choose one of the list.
error-name-taken = That name is taken. Choose another.
error-too-long = Please shorten this to at most { $max } characters.
error-too-many = Please enter at most { $max } of them.
error-number = “{ $text }” is no phone number. Write it with the country, such as +36 1 555 0171.
error-address = “{ $text }” is no e-mail address. Write it as name@example.org.
error-time-zone = That is no time zone. Choose one such as Europe/Berlin.
error-country = Please enter the country with two letters, such as DE.
error-area-code = Please enter the area code in at most eight digits.

# Agents and signing in.

error-sign-in = That name and password do not belong together. Check both and try again.
error-too-many-tries = Too many tries. Wait { $minutes } minutes and try again.
error-login = A sign-in name has letters, digits, dots and hyphens only.
error-login-taken = That sign-in name is taken. Choose another.
error-password-short = Please use at least { $min } characters; a short sentence is a good password.
error-password-long = Please use at most { $max } bytes.
error-password-common = That password is among the first that anybody would try. Choose another.
error-last-admin = This is the last administrator. Make someone else one first.
error-set-up-done = This desk is set up already. Sign in.
error-set-up-code = That is not the code. The program printed it when it started; it is in its log.

# People, tickets and calls.

error-person-has-tickets = There are tickets of this person, so they can't be removed.
error-source = “{ $text }” is no address or network. Write it as 192.0.2.7 or 192.0.2.0/24.
error-source-missing = Please enter the address of the telephone system, or calls of strangers would be taken.
