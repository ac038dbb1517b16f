/** Failed dispatches: what they mean and what to do about them. */
@NullMarked
package com.omnify.healer.diagnosis;

import org.jspecify.annotations.NullMarked;
