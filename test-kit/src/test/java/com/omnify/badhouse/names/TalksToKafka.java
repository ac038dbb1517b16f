package com.omnify.badhouse.names;

import org.springframework.kafka.core.KafkaTemplate;

/** Breaks: Kafka is the kit's. */
record TalksToKafka(KafkaTemplate<String, String> kafka) {}
