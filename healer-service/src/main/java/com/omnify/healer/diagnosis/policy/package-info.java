/** What to do about a failure, decided purely. */
@NullMarked
package com.omnify.healer.diagnosis.policy;

import org.jspecify.annotations.NullMarked;
