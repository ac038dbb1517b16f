package com.omnify.badhouse.names;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** Bad: its statements are made somewhere out of sight. */
@Entity
class HidesItsSql {
  @Id long id;
}
