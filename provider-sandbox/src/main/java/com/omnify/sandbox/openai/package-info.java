@NullMarked
package com.omnify.sandbox.openai;

import org.jspecify.annotations.NullMarked;
