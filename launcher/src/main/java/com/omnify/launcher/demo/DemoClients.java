package com.omnify.launcher.demo;

import com.omnify.launcher.demo.DemoClient.DemoSequence;
import com.omnify.launcher.demo.DemoClient.Region;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The businesses of the demonstration. */
final class DemoClients {

  private DemoClients() {}

  static List<DemoClient> all() {
    return List.of(roofer(), dentist(), dealer());
  }

  private static DemoClient roofer() {
    return new DemoClient(
        "summit-roofing",
        "Summit Roofing",
        "roofing",
        "America/Denver",
        profile(
            "Plain-spoken, friendly, never pushy",
            "Denver, Boulder and the Front Range",
            List.of("roof inspection", "hail repair", "replacement"),
            "+13035550190",
            "https://summit-roofing.example",
            Map.of(
                "price",
                "Inspections are free, and you get a written estimate before anything is decided.")),
        "+13035550190",
        List.of(
            new Region("303", "CO", "80202"),
            new Region("602", "AZ", "85004"),
            new Region("512", "TX", "78701"),
            new Region("312", "IL", "60601")),
        12,
        List.of(
            new DemoSequence(
                "Storm check",
                "People who asked for a roof inspection after hail",
                2,
                List.of(
                    sms(
                        "First word",
                        immediate(),
                        "Hi {{ first_name | default: \"there\" }}, this is {{ client_name }}. You asked us to"
                            + " look at your roof after the storm. Does this week work for a free inspection?"),
                    sms(
                        "What we look at",
                        fixed("P1D"),
                        "{{ first_name | default: \"Hello\" }}, an inspection takes about 30 minutes and you get"
                            + " photos of everything we find. Mornings or afternoons?"),
                    sms(
                        "Insurance",
                        localTime("P2D", "10:00"),
                        "Most hail claims must be filed within a year. We can meet your adjuster for you."
                            + " Shall we find a time, {{ first_name | default: \"neighbor\" }}?"),
                    sms(
                        "Last word",
                        fixed("P3D"),
                        "This is our last note about your roof. Reply here whenever it suits you."
                            + " {{ client_name }}, {{ client_phone }}"))),
            new DemoSequence(
                "Estimate follow-up",
                "People who have an estimate and have not decided",
                1,
                List.of(
                    sms(
                        "Questions",
                        immediate(),
                        "Hi {{ first_name | default: \"there\" }}, did the estimate answer your questions?"
                            + " Happy to go through it with you. {{ client_name }}"),
                    sms(
                        "Spring calendar",
                        businessHours("PT16H"),
                        "Our calendar for next month is filling up, {{ first_name | default: \"neighbor\" }}."
                            + " Would you like us to hold a day for you?"),
                    sms(
                        "Close the loop",
                        fixed("P4D"),
                        "Should we keep your estimate open? A short yes or no is enough. {{ client_name }}")))));
  }

  private static DemoClient dentist() {
    return new DemoClient(
        "harbor-dental",
        "Harbor Dental",
        "dental",
        "America/New_York",
        profile(
            "Warm and reassuring",
            "Manhattan and Brooklyn",
            List.of("check-up", "cleaning", "whitening"),
            "+12125550190",
            "https://harbor-dental.example",
            Map.of("time", "We open at 7 on Tuesdays and Thursdays, before work.")),
        "+12125550190",
        List.of(
            new Region("212", "NY", "10001"),
            new Region("305", "FL", "33101"),
            new Region("617", "MA", "02108")),
        13,
        List.of(
            new DemoSequence(
                "Time for a check-up",
                "Patients who have not been here for six months",
                1,
                List.of(
                    sms(
                        "Reminder",
                        immediate(),
                        "Hi {{ first_name | default: \"there\" }}, it's {{ client_name }}. Your last check-up was"
                            + " over six months ago. Would you like a time next week?"),
                    sms(
                        "Early hours",
                        localTime("P1D", "12:15"),
                        "We open at 7 on Tuesdays and Thursdays, {{ first_name | default: \"hello\" }}: in and"
                            + " out before work. Shall I look for a chair?"),
                    wait("Give them the weekend", fixed("P2D")),
                    sms(
                        "Last reminder",
                        fixed("P1D"),
                        "One last reminder from {{ client_name }}: reply with a day that suits you and we will"
                            + " find a time. {{ client_phone }}")))));
  }

  private static DemoClient dealer() {
    return new DemoClient(
        "pacific-auto",
        "Pacific Auto Group",
        "automotive",
        "America/Los_Angeles",
        profile(
            "Straight answers, short sentences",
            "San Francisco Bay Area and Seattle",
            List.of("test drive", "trade-in", "service"),
            "+14155550190",
            "https://pacific-auto.example",
            Map.of("price", "The price on the car is the price you pay; no fees appear later.")),
        "+14155550190",
        List.of(
            new Region("415", "CA", "94103"),
            new Region("206", "WA", "98101"),
            new Region("808", "HI", "96813"),
            new Region("907", "AK", "99501")),
        10,
        List.of(
            new DemoSequence(
                "Web inquiry",
                "People who asked about a car on the website",
                3,
                List.of(
                    sms(
                        "First word",
                        immediate(),
                        "Hi {{ first_name | default: \"there\" }}, {{ client_name }} here about the car you asked"
                            + " for. It is on the lot. When would you like to drive it?"),
                    sms(
                        "Trade-in",
                        fixed("PT26H"),
                        "Do you have a car to trade in, {{ first_name | default: \"hello\" }}? Send the year and"
                            + " model and you get a number today."),
                    sms(
                        "Still there",
                        localTime("P2D", "17:30"),
                        "Still looking, {{ first_name | default: \"there\" }}? We can bring the car to you for a"
                            + " test drive."),
                    sms(
                        "Last word",
                        fixed("P4D"),
                        "We will stop here. If anything changes: {{ client_phone }}. {{ client_name }}"))),
            new DemoSequence(
                "Service due",
                "Owners whose service is due",
                1,
                List.of(
                    sms(
                        "Due",
                        immediate(),
                        "Hi {{ first_name | default: \"there\" }}, your car is due for service. Drop it off before"
                            + " 9 and it is ready by 4. Which day? {{ client_name }}"),
                    sms(
                        "Shuttle",
                        fixed("P3D"),
                        "We have a free shuttle while your car is here,"
                            + " {{ first_name | default: \"by the way\" }}. Shall we book a day?")))));
  }

  private static Map<String, Object> profile(
      String voice,
      String area,
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
    profile.put("job_types", jobs);
    profile.put("phone", phone);
    profile.put("website", website);
    return profile;
  }

  static Map<String, Object> weekdays(String from, String to) {
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

  private static Map<String, Object> sms(String name, Map<String, Object> delay, String body) {
    return Map.of(
        "name",
        name,
        "kind",
        "sms",
        "delay",
        delay,
        "content",
        Map.of("body", body),
        "skip_if",
        List.of(Map.of("type", "replied"), Map.of("type", "booked")),
        "on_success",
        Map.of("action", "continue"),
        "on_failure",
        Map.of("action", "continue"));
  }

  private static Map<String, Object> wait(String name, Map<String, Object> delay) {
    return Map.of("name", name, "kind", "wait", "delay", delay);
  }

  private static Map<String, Object> immediate() {
    return Map.of("type", "immediate");
  }

  private static Map<String, Object> fixed(String duration) {
    return Map.of("type", "fixed", "duration", duration);
  }

  private static Map<String, Object> businessHours(String duration) {
    return Map.of("type", "business_hours", "duration", duration);
  }

  private static Map<String, Object> localTime(String duration, String time) {
    return Map.of("type", "local_time", "duration", duration, "time", time);
  }
}
