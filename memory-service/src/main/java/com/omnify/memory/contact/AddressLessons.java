package com.omnify.memory.contact;

import com.omnify.kit.event.Subscription;
import com.omnify.model.event.HealingEvent;
import com.omnify.model.event.Topic;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What failures and look-ups taught about contacts' addresses. */
@Configuration(proxyBeanMethods = false)
class AddressLessons {

  @Bean
  Subscription<HealingEvent.PhoneLearned> phoneLessonsSubscription(ContactBook book) {
    return Subscription.of(
        "memory.phone-lessons",
        Topic.HEALING,
        HealingEvent.PhoneLearned.class,
        batch ->
            batch.forEach(
                lesson ->
                    book.learnPhone(
                        lesson.clientId(),
                        lesson.contactId(),
                        lesson.dispatchId(),
                        lesson.phoneType(),
                        lesson.valid())));
  }

  @Bean
  Subscription<HealingEvent.EmailLearned> emailLessonsSubscription(ContactBook book) {
    return Subscription.of(
        "memory.email-lessons",
        Topic.HEALING,
        HealingEvent.EmailLearned.class,
        batch ->
            batch.forEach(
                lesson ->
                    book.learnEmail(
                        lesson.clientId(),
                        lesson.contactId(),
                        lesson.dispatchId(),
                        lesson.valid())));
  }
}
