/** What providers' codes mean, as tables. */
@NullMarked
package com.omnify.healer.codes.policy;

import org.jspecify.annotations.NullMarked;
