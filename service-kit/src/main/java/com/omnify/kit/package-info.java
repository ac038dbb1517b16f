@NullMarked
package com.omnify.kit;

import org.jspecify.annotations.NullMarked;
