/** People who ask to be contacted: by the API, by forms, from Google and Facebook. */
@NullMarked
package com.omnify.events.lead;

import org.jspecify.annotations.NullMarked;
