@NullMarked
package com.omnify.sandbox.persona.policy;

import org.jspecify.annotations.NullMarked;
