package com.omnify.scheduler.enrollment;

import com.omnify.model.id.ClientId;
import com.omnify.model.id.EnrollmentId;

/** Names an enrollment among all clients. */
public record EnrollmentKey(ClientId client, EnrollmentId id) {}
