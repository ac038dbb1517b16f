package com.omnify.events.email.reply.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTextTest {

  static Stream<Arguments> clients() {
    return Stream.of(
        arguments(
            "Gmail",
            "On Mon, May 4, 2026 at 9:12 AM Ada Plumbing <ada@plumbing.example> wrote:\n\n> Hello Bo,\n> shall we come?\n"),
        arguments(
            "Gmail, broken line",
            "On Mon, May 4, 2026 at 9:12 AM Ada's Plumbing and Heating Company\n<ada@plumbing.example> wrote:\n\n> Hello Bo\n"),
        arguments(
            "Apple Mail",
            "> On 4 May 2026, at 09:12, Ada <ada@plumbing.example> wrote:\n> \n> Hello Bo\n"),
        arguments(
            "Outlook",
            "From: Ada Plumbing <ada@plumbing.example>\nSent: Monday, May 4, 2026 9:12 AM\nTo: Bo Lee <bo@home.example>\nSubject: Your boiler\n\nHello Bo,\nshall we come?"),
        arguments(
            "Outlook on the web",
            "________________________________\nFrom: Ada <ada@plumbing.example>\nSent: 04 May 2026 09:12\nTo: Bo <bo@home.example>\nSubject: Your boiler\n\nHello Bo"),
        arguments("Outlook, old", "-----Original Message-----\nFrom: Ada\nSent: Monday\nHello Bo"),
        arguments(
            "Outlook, bold",
            "*From:* Ada <ada@plumbing.example>\n*Date:* Monday, 4 May 2026\n*To:* Bo\n*Subject:* Your boiler\n\nHello Bo"),
        arguments("Thunderbird", "On 04/05/2026 09:12, Ada wrote:\n> Hello Bo\n> shall we come?\n"),
        arguments(
            "Yahoo",
            "    On Monday, May 4, 2026 at 09:12:33 AM EDT, Ada <ada@plumbing.example> wrote:  \n \n Hello Bo"),
        arguments("Android", "---- Ada Plumbing wrote ----\n\nHello Bo"),
        arguments(
            "Proton",
            "On Monday, May 4th, 2026 at 9:12 AM, Ada <ada@plumbing.example> wrote:\n\n> Hello"),
        arguments(
            "German Gmail",
            "Am Mo., 4. Mai 2026 um 09:12 Uhr schrieb Ada <ada@plumbing.example>:\n\n> Hallo"),
        arguments(
            "German Apple",
            "> Am 04.05.2026 um 09:12 schrieb Ada <ada@plumbing.example>:\n> \n> Hallo\n"),
        arguments(
            "German Outlook",
            "Von: Ada <ada@plumbing.example>\nGesendet: Montag, 4. Mai 2026 09:12\nAn: Bo <bo@home.example>\nBetreff: Ihr Kessel\n\nHallo Bo"),
        arguments("German, old", "-----Ursprüngliche Nachricht-----\nVon: Ada\nHallo"),
        arguments(
            "French Gmail",
            "Le lun. 4 mai 2026 à 09:12, Ada <ada@plumbing.example> a écrit :\n\n> Bonjour"),
        arguments(
            "French Outlook",
            "De : Ada <ada@plumbing.example>\nEnvoyé : lundi 4 mai 2026 09:12\nÀ : Bo <bo@home.example>\nObjet : Votre chaudière\n\nBonjour"),
        arguments(
            "Spanish Gmail",
            "El lun, 4 may 2026 a las 9:12, Ada (<ada@plumbing.example>) escribió:\n\n> Hola"),
        arguments(
            "Spanish Outlook",
            "De: Ada <ada@plumbing.example>\nEnviado: lunes, 4 de mayo de 2026 9:12\nPara: Bo <bo@home.example>\nAsunto: Su caldera\n\nHola"),
        arguments(
            "Italian",
            "Il giorno lun 4 mag 2026 alle ore 09:12 Ada <ada@plumbing.example> ha scritto:\n\n> Ciao"),
        arguments(
            "Portuguese",
            "Em seg., 4 de mai. de 2026 às 09:12, Ada <ada@plumbing.example> escreveu:\n\n> Olá"),
        arguments(
            "Dutch", "Op ma 4 mei 2026 om 09:12 schreef Ada <ada@plumbing.example>:\n\n> Hallo"),
        arguments(
            "Swedish", "Den mån 4 maj 2026 kl 09:12 skrev Ada <ada@plumbing.example>:\n\n> Hej"),
        arguments(
            "Polish", "pon., 4 maj 2026 o 09:12 Ada <ada@plumbing.example> napisał(a):\n\n> Cześć"),
        arguments("Russian", "пн, 4 мая 2026 г. в 09:12, Ada <ada@plumbing.example>:\n\n> Привет"),
        arguments("Chinese", "Ada <ada@plumbing.example> 于2026年5月4日周一 09:12写道：\n\n> 你好"),
        arguments("Japanese", "2026年5月4日(月) 9:12 Ada <ada@plumbing.example>:\n\n> こんにちは"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("clients")
  void whatAProgramQuotedIsNotSaid(String client, String quoted) {
    assertThat(VisibleText.of("Yes, Tuesday works.\nAt 3:30?\n\n" + quoted))
        .isEqualTo("Yes, Tuesday works.\nAt 3:30?");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("clients")
  void linesMayEndInBothCharacters(String client, String quoted) {
    assertThat(VisibleText.of(("Stop\n\n" + quoted).replace("\n", "\r\n"))).isEqualTo("Stop");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sent from my iPhone",
        "Sent from Samsung Mobile on O2",
        "Sent from my Verizon, Samsung Galaxy smartphone",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Sent from Mail for Windows 10",
        "Sent from Yahoo Mail on Android",
        "Von meinem iPhone gesendet",
        "Gesendet mit der GMX Mail App",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Enviado do meu telemóvel iPhone",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Skickat från min iPhone",
        "Sendt fra min iPhone",
        "Отправлено с iPhone",
        "iPhone'umdan gönderildi",
        "-- \nBo Lee\nHome Ltd, 12 Road",
        "--\nBo"
      })
  void aSignatureIsNotSaid(String signature) {
    assertThat(VisibleText.of("Yes please\n\n" + signature + "\n")).isEqualTo("Yes please");
    assertThat(
            VisibleText.of(
                "Yes please\n\n" + signature + "\n\nOn 5/4/2026 9:12 AM, Ada wrote:\n> Hello\n"))
        .isEqualTo("Yes please");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sent the windows man home, he was late",
        "Get the windows cleaned by Friday",
        "On Tuesday I wrote to you already",
        "On 3 May I sent the following:\na cheque",
        "From: 9am\nTo: 5pm",
        "Date: Friday\nTime: 3pm",
        "10/19/2026 @ 9:30 am for the boiler\nThanks",
        ">>> look here: https://a.example <<<",
        "Thanks,\nBo",
        "I will be there at 3.\n\nFYI\n\n---------- Forwarded message ----------\nFrom: x@y.example\nDate: Mon\nSubject: z\n\nText"
      })
  void whatLooksAlikeStays(String said) {
    assertThat(VisibleText.of(said)).isEqualTo(said);
  }

  @Test
  void answersBetweenQuotedLinesStay() {
    assertThat(
            VisibleText.of(
                """
                Hi Ada,

                On Mon, May 4, 2026 at 9:12 AM Ada <ada@plumbing.example> wrote:
                > Does Tuesday at 3 suit you?

                Yes.

                > And is the boiler in the cellar?
                No, in the kitchen

                > Regards
                > Ada
                """))
        .isEqualTo("Hi Ada,\n\nYes.\n\nNo, in the kitchen");
  }

  @Test
  void anAnswerBelowTheQuotationStays() {
    assertThat(VisibleText.of("On 5/4/26 9:12 AM, Ada wrote:\n> Hello\n> Bo\n\nstop writing me"))
        .isEqualTo("stop writing me");
  }

  @Test
  void aReplyMayShareItsLineWithTheIntroduction() {
    assertThat(
            VisibleText.of(
                "ok --- On Wed, Apr 4, 2026 at 3:59 PM, ada@plumbing.example wrote:\n> Hi"))
        .isEqualTo("ok");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("clients")
  void aLineThatBeginsLikeAnIntroductionIsSaid(String client, String quoted) {
    assertThat(VisibleText.of("On Tuesday 12/5 at 3:30.\nAm I right?\n\n" + quoted))
        .isEqualTo("On Tuesday 12/5 at 3:30.\nAm I right?");
  }

  @Test
  void onlyQuotationIsNothingSaid() {
    assertThat(VisibleText.of("> a\n> b")).isEmpty();
    assertThat(VisibleText.of("")).isEmpty();
  }
}
