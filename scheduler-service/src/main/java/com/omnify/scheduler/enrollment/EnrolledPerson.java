package com.omnify.scheduler.enrollment;

import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.Person;

/** An enrollment with what is known of its contact. */
public record EnrolledPerson(Enrollment enrollment, Person person) {}
