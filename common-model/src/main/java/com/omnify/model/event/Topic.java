package com.omnify.model.event;

import java.util.Arrays;
import java.util.List;

/**
 * Every topic of the fleet: its name, what it carries, and into how many partitions it is split.
 */
public enum Topic {
  STEPS_SMS("steps.sms", StepEvent.class),
  STEPS_EMAIL("steps.email", StepEvent.class),
  STEPS_VOICE("steps.voice", StepEvent.class),
  DELIVERIES("deliveries", DeliveryEvent.class),
  INBOUND("inbound", InboundEvent.class),
  LEADS("leads", LeadEvent.class),
  CONTACTS("contacts", ContactEvent.class),
  ENROLLMENTS("enrollments", EnrollmentEvent.class),
  HEALING("healing", HealingEvent.class),
  MESSAGES("messages", MessageEvent.class),
  FLOW("flow", FlowEvent.class);

  /** Enough for a few workers a service; order is kept per key whatever the number. */
  public static final int PARTITIONS = 6;

  /** Topics are transport, never the only home of anything. */
  public static final int RETENTION_DAYS = 7;

  private final String topicName;
  private final Class<? extends Event> carries;

  Topic(String topicName, Class<? extends Event> carries) {
    this.topicName = topicName;
    this.carries = carries;
  }

  public String topicName() {
    return topicName;
  }

  public Class<? extends Event> carries() {
    return carries;
  }

  public static List<String> names() {
    return Arrays.stream(values()).map(Topic::topicName).toList();
  }
}
