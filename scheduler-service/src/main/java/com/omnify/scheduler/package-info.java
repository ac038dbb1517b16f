@NullMarked
package com.omnify.scheduler;

import org.jspecify.annotations.NullMarked;
