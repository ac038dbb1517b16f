@NullMarked
package com.omnify.events;

import org.jspecify.annotations.NullMarked;
