package com.omnify.console.identity;

import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.id.ClientId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/users")
@Tag(name = "Users", description = "People who work for a client")
class UserController {

  private final Accounts accounts;
  private final Sessions sessions;
  private final PasswordEncoder passwords;
  private final Audit audit;

  UserController(Accounts accounts, Sessions sessions, PasswordEncoder passwords, Audit audit) {
    this.accounts = accounts;
    this.sessions = sessions;
    this.passwords = passwords;
    this.audit = audit;
  }

  record NewUser(
      @NotBlank @Email @Size(max = 320) String email,
      @NotBlank @Size(max = 200) String name,
      @NotNull @Size(min = 10, max = SignIn.MOST_PASSWORD_BYTES) String password,
      @NotNull Role role) {}

  record UserView(UUID id, String email, String name, Role role) {

    static UserView of(Accounts.Member member) {
      return new UserView(member.id(), member.email(), member.name(), member.role());
    }
  }

  @Needs(Role.ADMIN)
  @GetMapping
  @Operation(operationId = "listUsers", summary = "List the people of a client")
  Page<UserView> list(Caller caller) {
    return new Page<>(accounts.members(caller.client()).stream().map(UserView::of).toList(), null);
  }

  @Needs(Role.ADMIN)
  @PostMapping
  @Operation(operationId = "createUser", summary = "Give a person an account at a client")
  ResponseEntity<UserView> create(Caller caller, @Valid @RequestBody NewUser wanted) {
    ClientId client = caller.client();
    Role role = wanted.role();
    if (role == Role.PLATFORM) {
      throw Problem.invalid(
          "role", "Nobody is of the platform at one client.", "Send owner, admin or member.");
    }
    if (!caller.role().includes(role)) {
      throw Problem.of(
          HttpStatus.FORBIDDEN,
          "role_too_high",
          "Nobody gives more rights than they have.",
          "Ask an owner.");
    }
    if (wanted.password().getBytes(StandardCharsets.UTF_8).length > SignIn.MOST_PASSWORD_BYTES) {
      throw Problem.invalid(
          "password", "The password is longer than 72 bytes.", "Choose a shorter one.");
    }
    var member =
        accounts
            .add(
                client,
                wanted.email(),
                wanted.name().strip(),
                passwords.encode(wanted.password()),
                role)
            .orElseThrow(
                () ->
                    Problem.conflict(
                        "user_exists",
                        "This e-mail address has an account already.",
                        "Use another address."));
    audit.note(client, caller.subject(), "user.created", "user", member.id());
    return ResponseEntity.created(URI.create("/api/v1/users/" + member.id()))
        .body(UserView.of(member));
  }

  @Needs(Role.ADMIN)
  @DeleteMapping("/{id}")
  @Operation(operationId = "removeUser", summary = "Take a person's place at a client away")
  ResponseEntity<Void> remove(Caller caller, @PathVariable UUID id) {
    ClientId client = caller.client();
    Role theirs = accounts.roleAt(id, client).orElseThrow(() -> Problem.notFound("user", id));
    if (!caller.role().includes(theirs)) {
      throw Problem.of(
          HttpStatus.FORBIDDEN,
          "role_too_high",
          "An admin cannot remove an owner.",
          "Ask an owner.");
    }
    accounts.remove(client, id, sessions);
    audit.note(client, caller.subject(), "user.removed", "user", id);
    return ResponseEntity.noContent().build();
  }
}
