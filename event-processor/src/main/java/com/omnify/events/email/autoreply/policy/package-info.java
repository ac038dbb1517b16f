/** Who answered: a person or a machine, and when the person is back. Pure. */
@NullMarked
package com.omnify.events.email.autoreply.policy;

import org.jspecify.annotations.NullMarked;
