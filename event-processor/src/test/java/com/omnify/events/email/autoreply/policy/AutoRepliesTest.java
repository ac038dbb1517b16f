package com.omnify.events.email.autoreply.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.events.email.message.policy.MailHeaders;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AutoRepliesTest {

  /** A Tuesday. */
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 24);

  private static AutoReply read(String headers, String subject, String text) {
    return AutoReplies.recognise(MailHeaders.read(headers), subject, text, TODAY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Auto-Submitted: auto-replied",
        "auto-submitted: auto-generated (vacation)",
        "X-Autoreply: yes",
        "X-Autorespond: 1",
        "Precedence: auto_reply",
        "Precedence: bulk",
        "X-Auto-Response-Suppress: All",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "Return-Path: <>"
      })
  void aMachineSaysSoInItsHeader(String header) {
    assertThat(read(header, "Re: Your boiler", "Hello").automatic()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Auto-Submitted: no",
        "X-Autoreply: no",
        "Precedence: first-class",
        "X-Auto-Response-Suppress: DR",
        "Return-Path: <bo@home.example>"
      })
  void aPersonsHeaderDoesNot(String header) {
    assertThat(read(header, "Re: Your boiler", "Hello").automatic()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Automatic reply: Your boiler",
        "Auto-Reply: Your boiler",
        "Re: Out of Office",
        "Out of the office: Your boiler",
        "OOO Re: Your boiler",
        "Automatische Antwort: Ihr Kessel",
        "Abwesenheitsnotiz: Ihr Kessel",
        "Réponse automatique : Votre chaudière",
        "Absence du bureau",
        "Respuesta automática: Su caldera",
        "Fuera de la oficina",
        "Risposta automatica: La caldaia",
        "Resposta automática: A caldeira",
        "Automatisch antwoord: Uw ketel",
        "Autosvar: Automatiskt svar",
        "Automatyczna odpowiedź: Kocioł",
        "Автоматический ответ: Котёл",
        "自動返信: ボイラー"
      })
  void itsSubjectTellsInManyLanguages(String subject) {
    assertThat(read("", subject.replace("Autosvar: ", ""), "Hello").automatic()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sorry, I was out of the office last week. Yes, let's talk.",
        "I'm on vacation until Monday, can we talk then?",
        "I am out of the office today. Call me on my cell.",
        "Automatic doors are what I need",
        "Thanks for your message. Please call in an emergency.",
        "Stop"
      })
  void someoneWhoIsAwayAndWritesIsAPerson(String text) {
    assertThat(read("", "Re: Your boiler", text).automatic()).isFalse();
    assertThat(AutoReplies.saysSo(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Thank you for your email. I am currently out of the office with limited access to email.",
        "I'm on annual leave. For urgent matters please contact Cy. I will reply when I return.",
        "This is an automatic reply.",
        "This email was generated automatically, please do not reply to this address",
        "Automatic reply: Your boiler\nI am away",
        "Vielen Dank für Ihre Nachricht. Ich bin zurzeit nicht im Büro; in dringenden Fällen hilft Frau Bo.",
        "Merci de votre message. Je suis absente, je vous répondrai à mon retour."
      })
  void whatNoPersonWouldAddIsEnough(String text) {
    assertThat(AutoReplies.saysSo(text)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "I will be back on December 1, 2026. | 2026-12-01",
        "I am out of the office and return Monday, 30 November. | 2026-11-30",
        "I will return to the office on 2026-12-07 | 2026-12-07",
        "I'll be back in the office on Dec. 3rd | 2026-12-03",
        "Out of office until 12/14/2026 | 2026-12-14",
        "Out of office until 14/12/2026 | 2026-12-14",
        "Out of office until 5/12 | none",
        "Out until 06/05/2027 | none",
        "Away from 24 November through 27 November 2026. | 2026-11-28",
        "Away until Friday. I am back on Monday. | 2026-11-30",
        "Back tomorrow | 2026-11-25",
        "I will be back January 4 | 2027-01-04",
        "I was out of the office until November 3, 2026 | none",
        "I will get back to you | none",
        "Back on February 31 | none",
        "Ich bin bis zum 4.12.2026 nicht im Büro | 2026-12-05",
        "Ich bin bis einschließlich 4. Dezember im Urlaub | 2026-12-05",
        "Ab dem 07.12. bin ich wieder da | 2026-12-07",
        "Ich bin am Montag, den 7. Dezember 2026 nicht da, wieder erreichbar ab Dienstag, 8. Dezember | 2026-12-08",
        "Je suis absent jusqu'au 4 décembre inclus | 2026-12-05",
        "Je serai de retour le 07/12/2026 | 2026-12-07",
        "Estaré fuera hasta el 5 de diciembre de 2026 | 2026-12-06",
        "Vuelvo el 9/12 | 2026-12-09",
        "Sono in ferie, rientro il 7 dicembre | 2026-12-07",
        "Estou de férias até 5 de dezembro | 2026-12-06",
        "Ik ben afwezig t/m 4 december en terug op 7 december | 2026-12-07",
        "Jag är tillbaka den 7 december | 2026-12-07"
      })
  void theDayOfReturnIsReadOrNotGuessed(String text, String date) {
    AutoReply answer = read("Auto-Submitted: auto-replied", "Out of office", text);
    assertThat(answer)
        .isEqualTo(
            new AutoReply.OutOfOffice(
                date.equals("none") ? Optional.empty() : Optional.of(LocalDate.parse(date))));
  }

  @Test
  void aTicketSystemIsAMachineThatIsNotAway() {
    assertThat(read("Auto-Submitted: auto-generated", "[#12] We got your request", "Your ticket"))
        .isEqualTo(new AutoReply.Machine());
  }
}
