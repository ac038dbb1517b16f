/** Clients, their profiles, provider accounts, phone numbers and prices. */
@NullMarked
package com.omnify.scheduler.client;

import org.jspecify.annotations.NullMarked;
