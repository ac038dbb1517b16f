@NullMarked
package com.omnify.testkit;

import org.jspecify.annotations.NullMarked;
