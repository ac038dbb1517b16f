package com.omnify.launcher.demo;

import com.omnify.launcher.demo.DemoClient.DemoSequence;
import com.omnify.launcher.demo.DemoClient.MailVendor;
import com.omnify.launcher.demo.DemoClient.Region;
import com.omnify.launcher.demo.DemoSteps.Call;
import com.omnify.launcher.demo.DemoSteps.Mail;
import com.omnify.launcher.demo.DemoSteps.Words;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The businesses of the demonstration. */
final class DemoClients {

  private DemoClients() {}

  static List<DemoClient> all() {
    return List.of(
        roofer(),
        dentist(),
        dealer(),
        plumber(),
        hvac(),
        lawyer(),
        gym(),
        realtor(),
        medSpa(),
        solar(),
        pestControl(),
        autoRepair());
  }

  private static DemoClient roofer() {
    var regions =
        List.of(
            new Region("303", "CO", "80202"),
            new Region("602", "AZ", "85004"),
            new Region("512", "TX", "78701"),
            new Region("312", "IL", "60601"));
    return new DemoClient(
        "summit-roofing",
        "Summit Roofing",
        "roofing",
        "America/Denver",
        profile(
            "Plain-spoken, friendly, never pushy",
            "Denver, Boulder and the Front Range",
            "1800 Larimer St, Denver, CO 80202",
            List.of("roof inspection", "hail repair", "replacement"),
            DemoClient.number(regions, 0),
            "https://summit-roofing.example",
            Map.of(
                "price",
                "Inspections are free, and you get a written estimate before anything is "
                    + "decided.")),
        MailVendor.SENDGRID,
        regions,
        new DemoSequence(
            "Storm check",
            "People who asked for a roof inspection after hail",
            DemoSteps.five(
                new Words(
                    "this is {{ client_name }}. You asked us to look at your roof after the "
                        + "storm. Does this week work for a free inspection?",
                    new Mail(
                        "What we look at on your roof",
                        "An inspection takes about 30 minutes. We check shingles, flashing, vents "
                            + "and gutters, and you get photos of everything we find.\n\n"
                            + "Most hail claims must be filed within a year of the storm. If you file "
                            + "one, we meet your adjuster on the roof so that nothing is "
                            + "missed.\n\n"
                            + "Mornings or afternoons: which suits you better?"),
                    new Call(
                        "about the roof inspection you asked for after the storm",
                        "Find out whether the roof leaks or has visible damage, and offer a free "
                            + "inspection this week.",
                        DemoClient.number(regions, 2)),
                    "Hello {{ first_name | default: \"again\" }}. An inspection takes half an "
                        + "hour and you get photos of all we find. Mornings or afternoons?",
                    new Mail(
                        "Shall we keep your inspection open?",
                        "This is our last note about your roof. If you still want somebody to look "
                            + "at it, answer with a day that suits you, and we will be there.")))));
  }

  private static DemoClient dentist() {
    var regions =
        List.of(
            new Region("212", "NY", "10001"),
            new Region("305", "FL", "33101"),
            new Region("617", "MA", "02108"),
            new Region("215", "PA", "19103"));
    return new DemoClient(
        "harbor-dental",
        "Harbor Dental",
        "dental",
        "America/New_York",
        profile(
            "Warm and reassuring",
            "Manhattan and Brooklyn",
            "120 W 45th St, New York, NY 10036",
            List.of("check-up", "cleaning", "whitening"),
            DemoClient.number(regions, 0),
            "https://harbor-dental.example",
            Map.of("time", "We open at 7 on Tuesdays and Thursdays, before work.")),
        MailVendor.POSTMARK,
        regions,
        new DemoSequence(
            "Time for a check-up",
            "Patients who have not been here for six months",
            DemoSteps.with(
                DemoSteps.five(
                    new Words(
                        "it's {{ client_name }}. Your last check-up was over six months ago. Would "
                            + "you like a time next week?",
                        new Mail(
                            "A chair before work",
                            "We open at 7 on Tuesdays and Thursdays: in and out before work. A "
                                + "check-up with cleaning takes 40 minutes, and most plans pay for two a "
                                + "year.\n\n"
                                + "Answer with a day that suits you and we will find a time. If something "
                                + "hurts already, say so, and you will be seen within a day."),
                        new Call(
                            "about your next check-up",
                            "Offer a check-up with cleaning next week, early in the morning where they "
                                + "work. If something hurts, say that they will be seen within a day.",
                            DemoClient.number(regions, 2)),
                        "Hello {{ first_name | default: \"again\" }}. We have chairs free on "
                            + "Tuesday and Thursday from 7. Shall I hold one for you?",
                        new Mail(
                            "One last reminder",
                            "One last reminder: your teeth have waited for more than six months. "
                                + "Answer with a day and we will find a time. After this we will leave you "
                                + "in peace until next year."))),
                3,
                List.of(DemoSteps.when("Did we talk?", "answered", "Last mail")))));
  }

  private static DemoClient dealer() {
    var regions =
        List.of(
            new Region("415", "CA", "94103"),
            new Region("206", "WA", "98101"),
            new Region("808", "HI", "96813"),
            new Region("907", "AK", "99501"));
    return new DemoClient(
        "pacific-auto",
        "Pacific Auto Group",
        "car dealer",
        "America/Los_Angeles",
        profile(
            "Straight answers, short sentences",
            "San Francisco Bay Area and Seattle",
            "1500 Van Ness Ave, San Francisco, CA 94109",
            List.of("test drive", "trade-in", "service"),
            DemoClient.number(regions, 0),
            "https://pacific-auto.example",
            Map.of("price", "The price on the car is the price you pay; no fees appear later.")),
        MailVendor.RESEND,
        regions,
        new DemoSequence(
            "Web inquiry",
            "People who asked about a car on the website",
            DemoSteps.with(
                DemoSteps.five(
                    new Words(
                        "{{ client_name }} here about the car you asked for. It is on the lot. "
                            + "When would you like to drive it?",
                        new Mail(
                            "The car you asked about",
                            "It is on the lot, inspected, and the price on it is the price you "
                                + "pay.\n\n"
                                + "Do you have a car to trade in? Send the year, the model and the mileage, "
                                + "and you get a number the same day, in writing, good for a week.\n\n"
                                + "We can also bring the car to you for a test drive."),
                        new Call(
                            "about the car you asked for on our website",
                            "Find out when they want to drive the car and whether they have one to "
                                + "trade in. Offer to bring the car to them.",
                            DemoClient.number(regions, 2)),
                        "Hello {{ first_name | default: \"again\" }}. Still looking? We can bring "
                            + "the car to you for a test drive. Which day is good?",
                        new Mail(
                            "We will stop here",
                            "We will stop here, so that you can look around in peace. The offer for "
                                + "your trade-in holds: answer whenever you want to know it."))),
                2,
                List.of(
                    DemoSteps.unless(
                        "Was the mail read?", "P1D", List.of("opened", "clicked"), "Call"),
                    DemoSteps.notifyTeam(
                        "Tell sales",
                        "high",
                        "{{ full_name | default: \"Somebody\" }} reads our mail about the car. The "
                            + "assistant calls next.")))));
  }

  private static DemoClient plumber() {
    var regions =
        List.of(
            new Region("816", "MO", "64108"),
            new Region("402", "NE", "68102"),
            new Region("405", "OK", "73102"),
            new Region("901", "TN", "38103"));
    return new DemoClient(
        "blue-river-plumbing",
        "Blue River Plumbing",
        "plumbing",
        "America/Chicago",
        profile(
            "Calm and practical",
            "Kansas City and Omaha",
            "2400 Grand Blvd, Kansas City, MO 64108",
            List.of("leak repair", "water heater", "drain cleaning"),
            DemoClient.number(regions, 0),
            "https://blue-river-plumbing.example",
            Map.of("price", "You get a fixed price before we pick up a tool.")),
        MailVendor.MAILGUN,
        regions,
        new DemoSequence(
            "Water heater quote",
            "People who asked what a new water heater costs",
            DemoSteps.five(
                new Words(
                    "{{ client_name }} here. You asked what a new water heater costs. Is yours "
                        + "gas or electric?",
                    new Mail(
                        "What a water heater costs, and why",
                        "A new tank, put in and hauled away, is one fixed price that you know "
                            + "before we start. Tankless costs more and lasts about twice as "
                            + "long.\n\n"
                            + "Two things decide: gas or electric, and how many people shower in the "
                            + "morning. Answer with both and you have your quote today."),
                    new Call(
                        "about the water heater quote you asked for",
                        "Ask whether the heater is gas or electric, how old it is and whether it "
                            + "leaks. Offer a visit for a fixed quote.",
                        DemoClient.number(regions, 2)),
                    "{{ first_name | default: \"Hello\" }}, a photo of the label on your water "
                        + "heater is all we need for a fixed price. Can you send one?",
                    new Mail(
                        "Your quote is still open",
                        "Your quote is still open. If the old heater holds out, good. If it starts "
                            + "to rumble or leak, call us first and shut the valve above it.")))));
  }

  private static DemoClient hvac() {
    var regions =
        List.of(
            new Region("520", "AZ", "85701"),
            new Region("702", "NV", "89101"),
            new Region("505", "NM", "87102"),
            new Region("915", "TX", "79901"));
    return new DemoClient(
        "desert-air",
        "Desert Air Heating & Cooling",
        "HVAC",
        "America/Phoenix",
        profile(
            "Helpful neighbor, no jargon",
            "Phoenix and Tucson",
            "40 N Central Ave, Phoenix, AZ 85004",
            List.of("tune-up", "repair", "replacement"),
            DemoClient.number(regions, 0),
            "https://desert-air.example",
            Map.of("time", "A tune-up takes an hour and you need not be at home for all of it.")),
        MailVendor.SMTP,
        regions,
        new DemoSequence(
            "Before the heat",
            "Owners whose air conditioner is due for a tune-up",
            DemoSteps.five(
                new Words(
                    "it is {{ client_name }}. Your air conditioner is due for its yearly "
                        + "tune-up. Is next week good?",
                    new Mail(
                        "One hour now or one night without air",
                        "Most breakdowns in July are a clogged drain, a weak capacitor or a filter "
                            + "that nobody changed. We check all three, and what the unit draws.\n\n"
                            + "It takes an hour. You get the readings in writing and nothing is replaced "
                            + "before you have said yes."),
                    new Call(
                        "about the yearly tune-up of your air conditioner",
                        "Offer a tune-up next week. Ask how old the unit is and whether any room "
                            + "stays warm.",
                        DemoClient.number(regions, 2)),
                    "Hello {{ first_name | default: \"again\" }}. Next week has two mornings "
                        + "left for tune-ups. Would you like one of them?",
                    new Mail(
                        "Last call before the season",
                        "From next month on repairs come first and tune-ups have to wait. If you "
                            + "want yours before that, answer with a day.")))));
  }

  private static DemoClient lawyer() {
    var regions =
        List.of(
            new Region("404", "GA", "30303"),
            new Region("704", "NC", "28202"),
            new Region("803", "SC", "29201"),
            new Region("615", "TN", "37203"));
    return new DemoClient(
        "keller-law",
        "Keller & Associates",
        "law office",
        "America/New_York",
        profile(
            "Precise, discreet, kind",
            "Georgia and the Carolinas",
            "191 Peachtree St NE, Atlanta, GA 30303",
            List.of("first consultation", "estate planning", "contract review"),
            DemoClient.number(regions, 0),
            "https://keller-law.example",
            Map.of(
                "price",
                "The first half hour costs nothing, and we tell you before anything does.")),
        MailVendor.POSTMARK,
        regions,
        new DemoSequence(
            "First consultation",
            "People who asked for a consultation about a will",
            DemoSteps.with(
                DemoSteps.five(
                    new Words(
                        "this is {{ client_name }}. You asked about a will. Would a free half hour "
                            + "by phone this week help?",
                        new Mail(
                            "What to have at hand for our talk",
                            "For a first talk about a will it is enough to know three things: who "
                                + "should inherit, who should decide if you cannot, and what there is, "
                                + "roughly.\n\n"
                                + "The first half hour costs nothing. What you tell us stays with us, "
                                + "whether you become a client or not.\n\n"
                                + "Which day this week is good for you?"),
                        new Call(
                            "about the consultation on a will that you asked for",
                            "Offer a free consultation of half an hour. Give no legal advice on the "
                                + "phone, whatever is asked.",
                            DemoClient.number(regions, 2)),
                        "Hello {{ first_name | default: \"again\" }}. The half hour is still "
                            + "yours. Would a morning or an evening be easier?",
                        new Mail(
                            "Before we close your request",
                            "We close requests that we hear nothing about, so that nothing of yours "
                                + "lies around here. If you would rather keep it open, one line is enough."))),
                3,
                List.of(
                    DemoSteps.unless(
                        "Was it a machine?", "PT1M", List.of("voicemail"), "After the call"),
                    DemoSteps.notifyTeam(
                        "Call them back",
                        "normal",
                        "{{ full_name | default: \"Somebody\" }} has a voicemail of ours and may "
                            + "call back about a will.")))));
  }

  private static DemoClient gym() {
    var regions =
        List.of(
            new Region("214", "TX", "75201"),
            new Region("504", "LA", "70112"),
            new Region("205", "AL", "35203"),
            new Region("601", "MS", "39201"));
    return new DemoClient(
        "ironworks-gym",
        "Ironworks Gym",
        "fitness",
        "America/Chicago",
        profile(
            "Upbeat but never loud",
            "Dallas and Fort Worth",
            "2100 Ross Ave, Dallas, TX 75201",
            List.of("trial week", "personal training", "classes"),
            DemoClient.number(regions, 0),
            "https://ironworks-gym.example",
            Map.of("time", "Half an hour twice a week is where most members start.")),
        MailVendor.RESEND,
        regions,
        new DemoSequence(
            "Trial week",
            "People who asked for a trial week",
            DemoSteps.five(
                new Words(
                    "{{ client_name }} here. Your trial week is ready. Which day would you "
                        + "like to start?",
                    new Mail(
                        "Your first day with us",
                        "Come in what you wear at home; shoes and a towel are all you need. "
                            + "Somebody shows you around and writes you a plan for the week, for your "
                            + "knees and your calendar as they are.\n\n"
                            + "It is quiet before 7 and after 8 in the evening. When shall we expect you?"),
                    new Call(
                        "about your trial week at the gym",
                        "Find out what they want to get out of training and offer a first day. "
                            + "Mention no weight and no looks.",
                        DemoClient.number(regions, 2)),
                    "Hello {{ first_name | default: \"again\" }}. Your trial week does not run "
                        + "out yet. Would Saturday morning be an easier start?",
                    new Mail(
                        "The door stays open",
                        "We will not write again about your trial week. It is yours whenever you "
                            + "come in: say your name at the desk.")))));
  }

  private static DemoClient realtor() {
    var regions =
        List.of(
            new Region("612", "MN", "55402"),
            new Region("414", "WI", "53202"),
            new Region("515", "IA", "50309"),
            new Region("314", "MO", "63101"));
    return new DemoClient(
        "lakeside-realty",
        "Lakeside Realty",
        "real estate",
        "America/Chicago",
        profile(
            "Well informed, unhurried",
            "Minneapolis and St. Paul",
            "50 S 6th St, Minneapolis, MN 55402",
            List.of("viewing", "valuation", "sale"),
            DemoClient.number(regions, 0),
            "https://lakeside-realty.example",
            Map.of("price", "A valuation is free and binds you to nothing.")),
        MailVendor.SENDGRID,
        regions,
        new DemoSequence(
            "What is it worth",
            "Owners who asked what their home is worth",
            DemoSteps.five(
                new Words(
                    "{{ client_name }} here. You asked what your home is worth. May we look at "
                        + "it this week?",
                    new Mail(
                        "How we value your home",
                        "Three things make the number: what sold nearby in the last ninety days, "
                            + "what was done to the house since you bought it, and how it looks at four "
                            + "in the afternoon.\n\n"
                            + "The first we know already. For the other two we need half an hour at your "
                            + "place. The valuation is free and binds you to nothing."),
                    new Call(
                        "about the valuation of your home",
                        "Offer a valuation at their home. Ask whether they think of selling within "
                            + "a year, and do not press.",
                        DemoClient.number(regions, 2)),
                    "Hello {{ first_name | default: \"again\" }}. Two homes in your area sold "
                        + "last week. Would you like to know for how much?",
                    new Mail(
                        "The numbers of your street",
                        "We put the sales of your street together for you. Answer yes and you get "
                            + "them by mail, without a visit and without anybody calling.")))));
  }

  private static DemoClient medSpa() {
    var regions =
        List.of(
            new Region("619", "CA", "92101"),
            new Region("714", "CA", "92801"),
            new Region("503", "OR", "97204"),
            new Region("775", "NV", "89501"));
    return new DemoClient(
        "juniper-med-spa",
        "Juniper Med Spa",
        "med spa",
        "America/Los_Angeles",
        profile(
            "Gentle, factual",
            "San Diego and Orange County",
            "750 B St, San Diego, CA 92101",
            List.of("consultation", "laser treatment", "skin care"),
            DemoClient.number(regions, 0),
            "https://juniper-med-spa.example",
            Map.of(
                "safety",
                "A nurse practitioner sees you first and says so if a treatment is not for "
                    + "you.")),
        MailVendor.MAILGUN,
        regions,
        new DemoSequence(
            "Skin consultation",
            "People who asked for a consultation",
            DemoSteps.five(
                new Words(
                    "it is {{ client_name }}. Thank you for asking about a consultation. Would "
                        + "a weekday or a Saturday suit you?",
                    new Mail(
                        "What happens at a consultation",
                        "A nurse practitioner looks at your skin, asks what you take and what you "
                            + "are after, and says honestly what would help and what would not. Nothing "
                            + "is treated on that day.\n\n"
                            + "It takes 25 minutes. Bring the names of the creams you use; photos of the "
                            + "tubes are fine."),
                    new Call(
                        "about the skin consultation you asked for",
                        "Offer a consultation. Promise no results, and leave medical questions to "
                            + "the nurse practitioner.",
                        DemoClient.number(regions, 2)),
                    "Hello {{ first_name | default: \"again\" }}. We kept a time for you on "
                        + "Saturday. Shall we write your name on it?",
                    new Mail(
                        "Whenever you are ready",
                        "We will let it rest here. The consultation stays free for you; one line "
                            + "is enough, in a month or in a year.")))));
  }

  private static DemoClient solar() {
    var regions =
        List.of(
            new Region("916", "CA", "95814"),
            new Region("559", "CA", "93721"),
            new Region("801", "UT", "84101"),
            new Region("208", "ID", "83702"));
    return new DemoClient(
        "brightfield-solar",
        "Brightfield Solar",
        "solar",
        "America/Los_Angeles",
        profile(
            "Sober, with numbers",
            "Sacramento and the Central Valley",
            "1000 K St, Sacramento, CA 95814",
            List.of("roof survey", "installation", "battery"),
            DemoClient.number(regions, 0),
            "https://brightfield-solar.example",
            Map.of(
                "price",
                "You see the yield, the cost and the years until it has paid for itself on "
                    + "one page.")),
        MailVendor.SENDGRID,
        regions,
        new DemoSequence(
            "Roof survey",
            "People who asked whether their roof is good for solar",
            DemoSteps.five(
                new Words(
                    "{{ client_name }} here. We looked at your roof from above: it may be "
                        + "worth it. Shall we send you the numbers?",
                    new Mail(
                        "Your roof in numbers",
                        "From the satellite we see size, direction and shade. What we cannot see "
                            + "is your bill. With the kilowatt-hours of one summer and one winter month "
                            + "we can say what a system would yield, what it would cost, and when it has "
                            + "paid for itself.\n\n"
                            + "If the answer is never, we say that too."),
                    new Call(
                        "about the solar survey of your roof",
                        "Ask for the electricity bill of one summer month and the age of the roof. "
                            + "Offer a survey.",
                        DemoClient.number(regions, 2)),
                    "Hello {{ first_name | default: \"again\" }}. One electricity bill is all "
                        + "that is missing for your numbers. Could you send a photo?",
                    new Mail(
                        "We keep your survey",
                        "We keep the survey of your roof for a year. When your bill annoys you "
                            + "next time, send it to us and you have an answer on one page.")))));
  }

  private static DemoClient pestControl() {
    var regions =
        List.of(
            new Region("614", "OH", "43215"),
            new Region("513", "OH", "45202"),
            new Region("412", "PA", "15222"),
            new Region("502", "KY", "40202"));
    return new DemoClient(
        "fieldstone-pest",
        "Fieldstone Pest Control",
        "pest control",
        "America/New_York",
        profile(
            "Matter of fact, reassuring",
            "Columbus and Cincinnati",
            "41 S High St, Columbus, OH 43215",
            List.of("inspection", "treatment", "yearly plan"),
            DemoClient.number(regions, 0),
            "https://fieldstone-pest.example",
            Map.of("safety", "What we use indoors is safe for children and pets once it is dry.")),
        MailVendor.SMTP,
        regions,
        new DemoSequence(
            "Ant season",
            "People who asked about ants in the house",
            DemoSteps.five(
                new Words(
                    "this is {{ client_name }}. You asked about ants in the house. Are they in "
                        + "the kitchen or everywhere?",
                    new Mail(
                        "Why spraying what you see does not help",
                        "The ants that you see are a few in a hundred, and a spray makes the nest "
                            + "split. We find where they come in, put bait there, and look again after "
                            + "ten days.\n\n"
                            + "What we use indoors is safe for children and pets once it is dry. Which "
                            + "day may we come?"),
                    new Call(
                        "about the ants you asked us about",
                        "Ask where the ants are and whether there are children or pets. Offer an "
                            + "inspection.",
                        DemoClient.number(regions, 2)),
                    "Hello {{ first_name | default: \"again\" }}. An inspection takes twenty "
                        + "minutes. May we come on Thursday?",
                    new Mail(
                        "If they come back",
                        "Perhaps they went by themselves; they often do, until it rains. If they "
                            + "come back, answer to this mail and we come within two days.")))));
  }

  private static DemoClient autoRepair() {
    var regions =
        List.of(
            new Region("629", "TN", "37203"),
            new Region("317", "IN", "46204"),
            new Region("501", "AR", "72201"),
            new Region("913", "KS", "66101"));
    return new DemoClient(
        "crossroads-auto",
        "Crossroads Auto Repair",
        "auto repair",
        "America/Chicago",
        profile(
            "Honest mechanic",
            "Nashville and Indianapolis",
            "700 Broadway, Nashville, TN 37203",
            List.of("brakes", "inspection", "oil change"),
            DemoClient.number(regions, 0),
            "https://crossroads-auto.example",
            Map.of("price", "Nothing is done to your car that you have not said yes to.")),
        MailVendor.RESEND,
        regions,
        new DemoSequence(
            "Service due",
            "Owners whose car is due for service",
            DemoSteps.five(
                new Words(
                    "your car is due for service. Drop it off before 9 and it is ready by 4. "
                        + "Which day? {{ client_name }}",
                    new Mail(
                        "What we check, and what it costs",
                        "Oil, filters, brakes, tires, battery, belts: you get a list with green, "
                            + "yellow and red. Green is fine, yellow can wait until next time, red we "
                            + "show you on the car.\n\n"
                            + "There is a free shuttle while it is here. Which day suits you?"),
                    new Call(
                        "about the service your car is due for",
                        "Offer a day for the service, mention the free shuttle, and ask whether "
                            + "anything sounds odd.",
                        DemoClient.number(regions, 2)),
                    "Hello {{ first_name | default: \"again\" }}. We have a free shuttle while "
                        + "your car is here. Shall we book a day?",
                    new Mail(
                        "Until next time",
                        "We will not remind you again this year. If something squeaks, come by: "
                            + "listening costs nothing.")))));
  }

  private static Map<String, Object> profile(
      String voice,
      String area,
      String address,
      List<String> jobs,
      String phone,
      String website,
      Map<String, String> snippets) {
    var profile = new LinkedHashMap<String, Object>();
    profile.put("brand_voice", voice);
    profile.put("greeting_style", "first name");
    profile.put("never_say", List.of("act now", "limited time"));
    profile.put("objection_snippets", snippets);
    profile.put("business_hours", weekdays("08:00", "17:00"));
    profile.put("service_area", area);
    profile.put("postal_address", address);
    profile.put("job_types", jobs);
    profile.put("phone", phone);
    profile.put("website", website);
    return profile;
  }

  private static Map<String, Object> weekdays(String from, String to) {
    var hours = new LinkedHashMap<String, Object>();
    for (var day : List.of("mon", "tue", "wed", "thu", "fri")) {
      hours.put(day, List.of(Map.of("from", from, "to", to)));
    }
    return hours;
  }

  /** When people may be written to: in their own zones, every day but later on Sundays. */
  static Map<String, Object> sendWindow() {
    var window = new LinkedHashMap<String, Object>(weekdays("09:00", "20:00"));
    window.put("sat", List.of(Map.of("from", "10:00", "to", "18:00")));
    window.put("sun", List.of(Map.of("from", "12:00", "to", "18:00")));
    return window;
  }
}
