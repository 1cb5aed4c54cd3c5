### Everything that the public pages say and that is not clinical content. Plain words: a reading age of 11 or below.

lang = en-GB
dir = ltr
service-name = NHS 111 (open example)
skip = Skip to main content
# The two are read as one sentence.
header-999 = In an emergency,
header-999-link = phone 999 now
example-tag = Example
example-line = The advice here is an example. No clinician has approved it. If you need help, phone 111.
back = Back
continue = Continue
change = Change
or = or
yes = Yes
no = No
not-sure = I am not sure
unanswered = Not answered yet
prefer-not-say = Prefer not to say
none-fit = None of these fit
none-fit-words = What would you say instead, in your own words?
phone-999 = Phone 999
phone-999-now = Phone 999 now
phone-111 = Phone 111
go-to-start = Go to the start page
go-back-to-questions = Go back to the questions

footer-heading = About this website
footer-about = What this service is
footer-privacy = Privacy and cookies
footer-accessibility = Accessibility
footer-example = The questions and advice are an example. They have not been approved by clinicians.
footer-approved = The questions and advice were approved by clinicians.
footer-release = Release { $release }.
footer-proof = How this release was tested
footer-not-nhs = This website uses open source code. It is not run by the NHS.

## Errors

error-title = Error:
error-heading = There is a problem

error-party = Say if the help is for you or for someone else
error-age-by = Choose how to tell us the age, or choose ‘Prefer not to say’
error-birth-missing = Enter the date of birth, or choose another way to tell us the age
error-birth-not-a-date = The date of birth must be a real date, such as 27 3 1984
error-birth-future = The date of birth must be in the past
error-birth-too-old = Check the year of birth
error-age-missing = Enter the age, or choose another way to tell us
error-age-not-a-number = The age must be a whole number, such as 42
error-age-too-old = The age must be { $most } years or less
error-sex = Choose female, male or ‘Prefer not to say’
error-complaint = Choose at least one problem, or phone 111
error-complaint-unknown = Choose a problem from the list
error-search = Enter a word for the problem, such as ‘cough’
error-postcode-missing = Enter a postcode, or go back to what to do
error-postcode = Enter a postcode such as ZZ1 4DX, or its first part
error-choose = Choose an answer. If you do not know, choose ‘I am not sure’
error-choose-exit = Choose what has happened
error-number-missing = Enter a number, or choose ‘I am not sure’
error-number = Enter a number, such as { $example }
error-number-whole = Enter a whole number, such as { $example }
error-number-both = Enter a number or choose ‘I am not sure’, not both
error-time-missing = Enter how long, or choose ‘I am not sure’
error-time-unit = Choose minutes, hours, days or weeks
error-time-both = Enter how long or choose ‘I am not sure’, not both
error-pick = Choose from the list, or choose ‘I am not sure’
error-pick-both = Choose from the list or choose ‘I am not sure’, not both
error-text = Tell us in your own words, or choose ‘I am not sure’
error-text-both = Tell us in your own words or choose ‘I am not sure’, not both
error-text-long = Use { $most } letters or fewer
error-code = Enter the code. It has 8 letters and numbers, such as 4F7K-9QXM
error-second = Choose the date of birth or the phone number
error-second-birth = Enter the date of birth that goes with the code
error-last-four = Enter the last 4 numbers of the phone number, such as 0123
error-checklist = Choose any that are happening, or choose ‘None of these’ or ‘I am not sure’

## Start

start-title = Get help for a health problem
start-lede = Answer questions about how you or someone else feels now. Then we tell you where to get help and how soon.
start-what = This service:
start-what-questions = asks about the worst dangers first
start-what-where = tells you who can help, and how soon
start-what-watch = tells you what to do until then, and what to look out for
start-button = Start now
start-carry-on = Carry on with a code
start-not-heading = What this service is not
start-not-doctor = It is not a doctor or a nurse. It is a list of questions with rules.
start-not-diagnosis = It cannot tell you what illness you have.
start-not-ambulance = It cannot send an ambulance. Only a call to 999 can do that.
start-not-record = It does not see your health record.
start-phone-heading = Talk to someone instead
start-phone = You can phone 111 at any time, for any reason. You do not have to use this website first.
start-hear = If you cannot hear or speak on the phone, use a textphone and dial 18001 111. For an emergency dial 18000.
start-know-heading = Before you start
start-know = Most people finish in a few minutes. You can say ‘I am not sure’ to any question, go back, and change your answers.
start-keep = We keep your answers for { $hours } hours after your last answer. You do not need to give your name.

## Emergency check

check-title = Do you need to phone 999?
check-card = Phone 999 now if there is any of this
check-sign-breathing = not breathing, fighting for breath, choking, or too breathless to speak
check-sign-chest = chest pain that feels heavy, tight or crushing, or spreads to the arm, neck, jaw or back
check-sign-stroke = a face that drops on one side, an arm that cannot be lifted, or speech that is slurred
check-sign-wake = someone who will not wake, who cannot stay awake, or who is confused all of a sudden
check-sign-fit = a fit that is still going on, or a first fit
check-sign-bleeding = bleeding that pours or will not stop
check-sign-colour = blue, grey or very pale skin, lips or tongue. On brown or black skin, look at the palms, the soles and inside the lips
check-sign-allergy = sudden swelling of the lips, mouth, throat or tongue
check-sign-child = a baby or child who is limp or hard to wake, or has a rash that does not fade under a glass
check-sign-harm = someone has tried to end their life, or is about to
check-sign-poison = someone has taken too much of a drug or has swallowed a poison
check-sign-injury = a bad injury, such as after a car crash or a fall from a height
check-hear = If you cannot speak or hear on the phone, use a textphone and dial 18000, or use the 999 BSL app.
check-else = If there is none of this, you can go on.
check-continue = None of these – continue

## About you

about-title = Who needs help?
about-lede = We ask this so that you only get the questions that matter.
about-party = Who is the help for?
about-party-first = Me
about-party-third = Someone else
about-age = How old is the person who needs help?
about-age-hint = For a baby, the date of birth helps us most.
about-age-birth = Give the date of birth
about-birth-hint = For example, 27 3 1984
about-birth-day = Day
about-birth-month = Month
about-birth-year = Year
about-age-number = Give the age
about-age-count = Age
about-age-unit = In
about-age-not-told-hint = You may get more questions, or be told to get help sooner.
about-sex = What sex were they given at birth?
about-sex-hint = Some problems only affect some bodies. This is about the body, not how someone lives.
about-sex-female = Female
about-sex-male = Male
about-sex-not-told-hint = We ask the questions for both.
about-cookie = We use one cookie, to keep your answers together.

unit-years = years
unit-months = months
unit-weeks = weeks
unit-days = days
unit-hours = hours
unit-minutes = minutes
unit = { $unit ->
    [celsius] °C
    [kg] kg
    [mg] mg
    [ml] ml
    [mmol] mmol/l
    [percent] %
    [bpm] beats a minute
   *[other] { $unit }
}

## Complaints

complaints-title = What is the problem?
complaints-title-more = Is there anything else wrong?
complaints-lede = Choose the problem that worries you most. You can add others next.
complaints-chosen = You have told us about
complaints-go = No, continue to the questions
complaints-another = Add another problem
complaints-another-hint = If you have more than one problem, add each one. We ask about the worst dangers of all of them first.
complaints-search = Search for a problem
complaints-search-hint = Use your own words, such as ‘tummy ache’ or ‘hit my head’
complaints-search-button = Search
complaints-found = { $count ->
    [0] Nothing found for ‘{ $search }’
    [one] 1 problem found for ‘{ $search }’
   *[other] { $count } problems found for ‘{ $search }’
}
complaints-found-none = Try another word, or look at the whole list below.
complaints-all = See the whole list ({ $count })
complaints-missing = If you cannot find the problem, or you are worried, talk to someone.

## Questions

question-why = Why we ask this
question-rephrase = Ask me in another way
ways-heading = Other things you can do
ways-answers = See and change your answers
ways-carry-on = Carry on by phone or on another device
ways-stop = I cannot go on – what should I do now?
ways-leave = Remove my answers from this device
elapsed-count = How many
elapsed-unit = Minutes, hours, days or weeks
ago-suffix = ago
due-to-come = It is still to come
due-passed = It has passed
pick-all = Choose all that apply
checklist-hint = Choose all that are happening.
checklist-rest = What about the rest of the list?
checklist-none = None of these
checklist-not-sure = I am not sure
checklist-not-sure-hint = We will ask about them one at a time.
guide-timer = { $minutes ->
    [0] Do this for { $seconds } seconds.
    [one] Do this for 1 minute{ $seconds ->
        [0] .
       *[other] {" "}and { $seconds } seconds.
    }
   *[other] Do this for { $minutes } minutes{ $seconds ->
        [0] .
       *[other] {" "}and { $seconds } seconds.
    }
}
guide-exits = What has happened?
standing-region = Emergency
standing-line = Do not wait for the questions. Stop at any time to phone.
standing-link = See why

notice-moved-on = That question was already answered, so nothing was changed. This is where you are now.
notice-other-tab = You started again in another window, so nothing was saved from that page. This is where you are now.
notice-no-such-problem = That problem is not on our list, so nothing was added. Choose one from the list or search for it.
notice-code-refused = This code does not open any answers. It may be too old or used, or what you gave with it is not the same. Check both, or ask for a new code on the first device.
notice-changed = Your answer was changed.
notice-unchanged = Your answer stays as it was.
notice-no-longer-asked = That question is not asked any more. This is where you are now.
notice-feedback-again = What you wrote about this website was not saved. Say if it was helpful, and write fewer words.
notice-thanks = Thank you. What you told us about this website was saved.

## What people think of the service

feedback-heading = Was this helpful?
feedback-warning = Nobody reads this straight away. If you feel worse, phone 111. In an emergency, phone 999.
feedback-partly = Partly
feedback-words = Tell us more, if you like
feedback-words-hint = Do not write your name or where you live. Use { $most } letters or fewer.
feedback-send = Send
error-helpful = Say if this was helpful
error-feedback-long = Use { $most } letters or fewer

## Answers, as they are told back

answer-text = { $text }
answer-yes = Yes
answer-no = No
answer-not-sure = Not sure
answer-none-fit = None of these fit
answer-none-fit-words = None of these fit: ‘{ $words }’
answer-refused = Not answered
answer-number = { $number } { unit }
answer-ago = { $number } { $unit ->
    [minutes] { $number ->
        [one] minute
       *[other] minutes
    }
    [hours] { $number ->
        [one] hour
       *[other] hours
    }
   *[days] { $number ->
        [one] day
       *[other] days
    }
} ago
answer-due = In { $number } { $unit ->
    [minutes] { $number ->
        [one] minute
       *[other] minutes
    }
    [hours] { $number ->
        [one] hour
       *[other] hours
    }
   *[days] { $number ->
        [one] day
       *[other] days
    }
}
answer-overdue = { $number } { $unit ->
    [minutes] { $number ->
        [one] minute
       *[other] minutes
    }
    [hours] { $number ->
        [one] hour
       *[other] hours
    }
   *[days] { $number ->
        [one] day
       *[other] days
    }
} late
answer-age = { $number } { $unit ->
    [days] { $number ->
        [one] day
       *[other] days
    }
    [weeks] { $number ->
        [one] week
       *[other] weeks
    }
    [months] { $number ->
        [one] month
       *[other] months
    }
   *[years] { $number ->
        [one] year
       *[other] years
    }
}
answer-birth = Born { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }

answers-title = Your answers
answers-lede = You can change any answer. We show you what it would change before we save it.
answers-about = Who needs help
answers-about-party = Help for
answers-about-age = Age
answers-about-sex = Sex
answers-about-complaints = Problems
answers-questions = Questions
answers-no = { $count ->
    [one] 1 question that you answered ‘No’
   *[other] { $count } questions that you answered ‘No’
}
answers-none = You have not answered any questions yet.
answers-go-on = Continue with the questions
answers-go-outcome = See what to do
answers-add = Add another problem

## Changing an answer

change-title = Is this change right?
change-from = Your answer now
change-to = Your new answer
change-effect = What this changes
change-effect-same = The advice does not change.
change-effect-open = We need to ask more questions before we can say.
change-effect-more = The advice becomes more urgent.
change-effect-less = The advice becomes less urgent.
change-before = Before
change-after = After
change-unknown = Not known yet. We would ask more questions.
change-less-warning = Only change it if the first answer was a mistake. If you are not sure, keep it. In an emergency, phone 999.
change-asks-again = We would ask you some more questions.
change-confirm = Yes, change my answer
change-cancel = No, keep my answer as it was

## Outcome

level-emergency = Immediate action required
level-urgent = Urgent advice
level-non-urgent = Non-urgent advice
outcome-no-ambulance = This website cannot send an ambulance. You must phone.
outcome-999-if = Phone 999 if you cannot get there, or if it gets worse.
by-now = Do this now
by-minutes = Within { $minutes } minutes
by-hours = { $hours ->
    [one] Within 1 hour
   *[other] Within { $hours } hours
}
by-days = { $days ->
    [one] Within 1 day
   *[other] Within { $days } days
}
by-none = There is no set time.
services-title = Find a service near you
services-heading = Where you can go
services-heading-ask = Where to get help
services-postcode = Postcode
services-postcode-hint = Where the person who needs help is now, such as ZZ1 4DX. You can leave this out.
services-button = Find services near me
services-without = You need not tell us where you are. You can get help without it.
services-back = Go back to what to do
services-near = We looked near { $near }.
services-near-you = We looked near where you are.
services-elsewhere = Use another postcode
services-rough = We do not know this postcode, so the distances are rough.
services-none = We found no service near you that fits and is open in time.
services-unknown-place = We do not know where that postcode is.
services-no-directory = We have no list of services for where you are.
services-unavailable = We cannot look for services near you now.
services-kind = { $kind ->
    [gp_practice] GP surgery
    [out_of_hours_gp] GP at nights and weekends
    [urgent_treatment_centre] Urgent treatment centre
    [walk_in_centre] Walk-in centre
    [emergency_department] A&E
    [eye_casualty] A&E for eyes
    [pharmacy] Pharmacy
    [dental_practice] Dentist
    [urgent_dental] Urgent dentist
    [mental_health_crisis] Mental health crisis team
    [community_nursing] Community nurses
    [sexual_health] Sexual health clinic
    [sexual_assault_referral] Sexual assault referral centre
    [maternity] Midwives
    [optician] Optician
    [palliative_care] Palliative care team
    [clinical_assessment] Nurses and doctors by phone
   *[other] Service
}
services-very-near = very near
services-miles = { $miles } miles away
services-clock = { $clock ->
    [midnight] midnight
    [midday] midday
   *[time] { $time }
}{ $day ->
    [today] {""}
    [tomorrow] {" "}tomorrow
    [mon] {" "}on Monday
    [tue] {" "}on Tuesday
    [wed] {" "}on Wednesday
    [thu] {" "}on Thursday
    [fri] {" "}on Friday
    [sat] {" "}on Saturday
   *[sun] {" "}on Sunday
}
services-always = Open all day and night.
services-until = Open now, until { services-clock }.
services-opens = Opens at { services-clock }.
services-soon = It closes soon.
services-way = { $way ->
    [phone_first] Phone before you go.
    [phone] Help by phone.
   *[walk_in] You can go there now or when it opens.
}
services-phone = Phone { $number }
services-say = Say that NHS 111 online told you to come. Show this page, or give them this reference: { $reference }.
services-ways = You can get help in these ways:
services-ways-else = You can also get help in these ways:
fall-back-999 = If a life may be in danger
fall-back-111 = If you cannot get to a service, or do not know what to do
fall-back-111-mental-health = For help with mental health, day or night. Choose option 2
fall-back-emergency-department = Go to any A&E. The nearest one will do.
fall-back-pharmacy = Go to any pharmacy. Large shops have some that stay open late.
fall-back-samaritans = To talk to somebody at any time, phone Samaritans
fall-back-maternity-unit = Phone the number in the front of your maternity notes.
fall-back-palliative-team = Phone the number that the palliative care team gave you.
fall-back-rape-support-line = To talk to somebody at any time about rape or sexual assault
fall-back-dentist = Phone your own dentist. If you have none, phone any dentist and ask to be seen soon.
fall-back-optician = Go to any optician and ask to be seen soon.
fall-back-gp = Phone your GP surgery, if it is open.

outcome-meanwhile = What to do until then
outcome-check = Is this right?
outcome-check-999 = If it is, phone 999 first. These answers led here. If one is a mistake, you can change it.
outcome-check-lede = These answers led here. If one is a mistake, you can change it.
outcome-more-heading = There are more questions
outcome-more-999 = Phone 999 first. Then you can go on, if it is safe to do so.
outcome-more = Your answers so far already show that you need help. The rest may show that you need it sooner.
outcome-more-button = Go on with the questions
outcome-guide-heading = Help until the ambulance comes
outcome-guide-button = Show me what to do
outcome-needs = You also need
outcome-worse = When to get help sooner
outcome-worse-waiting = If things change
outcome-worse-999 = If it becomes an emergency, phone 999. If you are worried, phone 111.
outcome-why = Why we say this
outcome-why-base = Nothing that you told us points to something more urgent.
outcome-why-unsure = { $count ->
    [one] You were not sure of 1 answer. To be safe, we took it as if it could be the worst.
   *[other] You were not sure of { $count } answers. To be safe, we took them as if they could be the worst.
}
outcome-ruled-out = What we checked for
outcome-ruled-out-lede = You told us:
outcome-would-change = What would change this
outcome-would-change-line = { $question } If that becomes ‘{ $answer }’: { $headline }
outcome-keep = Keep this advice
outcome-keep-text = Print this page or take a picture of it. Show it to the person who helps you, so that you need not say it all again.
outcome-reference = Reference
outcome-at = Answered at
outcome-release = Release
outcome-example = (an example that no clinician has approved)
outcome-not-diagnosis = This is advice about where to get help. It does not say what illness you have.

## Stopping and leaving

stop-title = You do not have to go on
stop-text = If you stop now, we tell you what to do with what you have told us so far.
stop-more = We have not asked everything, so the advice may be to get help sooner.
stop-button = Stop and tell me what to do
leave-title = Remove your answers from this device
leave-text = After this, nobody can see your answers on this device.
leave-more = Print or write down your advice first. You cannot come back to it.
leave-button = Remove my answers
left-title = Your answers are removed from this device
left-text = You can close this page. If you still need help, start again or phone 111.

## Carrying on elsewhere

code-title = Carry on by phone or on another device
code-lede = We give you a short code. With it, you need not say it all again.
code-second = What will you give with the code?
code-second-hint = This keeps your answers safe if someone else sees the code. It must be the same both times.
second-birth = A date of birth
second-phone = The end of a phone number
second-last-four = Last 4 numbers
code-button = Give me a code
code-go-on = Go back to my answers on this device
code-made-title = Your code
code-made-until = You can use it once, before { $time }.
code-made-birth = You also need the date of birth you gave.
code-made-phone = You also need the last 4 numbers you gave.
code-made-phone-heading = On the phone
code-made-phone-text = Phone 111 and tell them this code.
code-made-device-heading = On another device
code-made-device-text = Open this website there. Choose ‘Carry on with a code’ on the first page.
code-made-keep = Write it down now. A new code takes its place if you ask for one. Your answers stay on this device as well.
carry-on-title = Carry on with a code
carry-on-lede = Use the code that you were given on another device.
carry-on-code = Code
carry-on-code-hint = It has 8 letters and numbers, such as 4F7K-9QXM. Small letters are fine.
carry-on-second = What did you give with it?
carry-on-second-hint = Give the same as when you asked for the code.
carry-on-lost-heading = If the code does not work
carry-on-lost = You can phone 111 at any time, or
carry-on-again = start again
limited-title = Sorry, we cannot do this just now
limited-text = { $minutes ->
    [one] Too many people have asked from where you are. Wait 1 minute and try again.
   *[other] Too many people have asked from where you are. Wait { $minutes } minutes and try again.
}
limited-questions = Go on with the answers on this device

## Problems

problem-999 = If this is an emergency, phone 999 now.
problem-111 = You do not need this website to get help.
problem-retry = Try again
problem-request = If you tell us about this problem, give this number: { $request }
problem-emergency = You told us about something that needs help now. Do not wait for this website.
problem-failed-title = Sorry, this website has a problem
problem-failed-text = Your last answer may not be saved. Try again in a moment. If you are worried, phone 111 now.
problem-busy-title = Sorry, this website is very busy
problem-busy-text = Your last answer may not be saved. Try again in a moment. If you are worried, phone 111 now.
problem-not-found-title = We cannot find this page
problem-not-found-text = If you typed the address, check it. If you came from a link, start again.
problem-refused-title = We could not take this answer
problem-refused-text = It came from another website, or the page was changed on the way. Start again from the first page.
problem-no-case-title = Your answers are not on this device any more
problem-no-case-text = We keep them for { $hours } hours, and your browser must allow cookies. Please start again. It is the safe thing to do, because things may have changed.

## Information pages

about-this-service-title = What this service is
about-this-service-1 = This is an example of an online NHS 111 service. It asks questions, follows written rules, and tells you where to get help and how soon.
about-this-service-2 = It is not a doctor, and it does not say what illness you have. It cannot send an ambulance, give you a prescription or see your record.
about-this-service-rules-heading = How it decides
about-this-service-rules-1 = Each answer is checked against every rule. The most urgent rule that fits is the one you see. If you are not sure of an answer, we take it as if it could be the worst.
about-this-service-rules-2 = The same answers always give the same advice. The release number at the foot of each page says which rules were used.
about-this-service-people-heading = Talk to a person
about-this-service-people-1 = You can phone 111 at any time. A health adviser answers. They are trained, but they are not a doctor or a nurse. They can pass you on to one.
about-this-service-people-2 = If you use a textphone, dial 18001 111. In an emergency, dial 18000.
privacy-title = Privacy and cookies
privacy-1 = You do not give your name. We keep your answers so that you can change them and come back to them. If you tell us a postcode, we lock it away with them.
privacy-2 = Your answers are never in the address of a page, and we share them with no other website. No other website is used to make these pages.
privacy-cookies-heading = Cookies
privacy-cookies-1 = nhs111-case keeps your answers together. It ends { $hours } hours after your last answer.
privacy-cookies-2 = nhs111-draft keeps what you last typed for 15 minutes, so that you do not have to type it again.
privacy-code = If you ask for a code to carry on elsewhere, we keep it only in a form that nobody can read. It ends when it is used, or after some hours.
privacy-cookies-3 = nhs111-urgent lets this page tell you to phone 999, even when the website has a problem.
privacy-cookies-4 = There are no others. You can remove them all with ‘Remove my answers from this device’.
proof-title = How this release was tested
proof-lede = A computer tested the rules of this release. It looked for anyone whom the rules would let down.
proof-all-hold = It found no one. All { $all } tests passed.
proof-how = It did not try a few people only. It showed that no answers at all can break these rules.
proof-some-hold = { $proven } of { $all } tests passed.
proof-some-broken = Tests for which it found someone: { $count }. You can read below who that could be.
proof-some-unproven = Tests that took too long, so that we do not know: { $count }.
proof-not-yet = This release has not been tested in this way yet.
proof-unreadable = Another version of our program tested this release. This one cannot read what it found.
proof-no-claim = So we do not say here that its rules keep you safe. Please look again later.
proof-not-heading = What the tests do not show
proof-checks-heading = What was tested
proof-checks-text = The people in these tests are made up. No one's answers were used.
proof-holds = Passed, for everyone
proof-does-not-hold = Not passed
proof-not-known = Not known: it took too long
proof-look = Someone should look at this
proof-count-holds = Passed: { $count }
proof-count-against = Found someone: { $count }
proof-count-unproven = Not known: { $count }
proof-counted = We count { $what }.
proof-person = Who:
proof-reached = Ends in:
proof-more = There are { $count } more.
proof-when-heading = When and how
proof-on = Tested on
proof-program = Version of the program
proof-took = Time for all of it
proof-limit = Longest time for one question
proof-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
proof-pathways = Sets of questions
proof-release = Whole name of the release
proof-json = The same for computers, with more in it
accessibility-title = Accessibility
accessibility-1 = We want everyone to be able to use this website. It works on old phones, with a screen reader, with only a keyboard, with large text, and with scripts turned off.
accessibility-2 = We test every page by machine against the Web Content Accessibility Guidelines 2.2, level AA.
accessibility-not-done-heading = What has not been tested yet
accessibility-not-done-1 = People who use a screen reader every day have not tested it yet. It is in English only. There is no easy read or sign language version yet.
accessibility-help-heading = If you cannot use this website
accessibility-help-1 = Phone 111. If you use a textphone, dial 18001 111. In an emergency, dial 999 or 18000.
