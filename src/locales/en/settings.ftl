# The desk's settings.

settings-title = Settings
settings-desk-name = Name of the desk
settings-desk-name-hint = What people see when they sign in: the name of your organisation.
settings-help = Who helps
settings-help-hint = Shown to those who can't sign in, such as “Dana, extension 12, room 3”.
settings-language = Language
settings-language-hint = For those who have chosen none.
settings-time-zone = Time zone
settings-time-zone-hint = As region and city, such as Europe/Berlin. On this page it is { $time } now.
settings-country = Country
settings-country-hint = Two letters, such as DE, AT or CH. Phone numbers without + are read as numbers of this country.
settings-area-code = Area code
settings-area-code-hint = Without the leading zero, 30 for Berlin. Numbers without an area code are read as numbers of this area; may be empty.

settings-calls = Calls
settings-amber = A ringing call turns amber after (seconds)
settings-red = … and red after (seconds)
settings-callback = Missed calls are called back within (minutes)
settings-storm-calls = Calls alike that propose an incident (0 for never)
settings-storm-minutes = … counted over (minutes)
