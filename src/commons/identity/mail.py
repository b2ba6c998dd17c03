"""Messages to people: by SMTP when it is set, else on the console and in a folder."""

import sys
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import aiosmtplib

from commons.kernel.text import Text, t
from commons.settings import Settings

SECONDS_MAX = 20


@dataclass(frozen=True, slots=True)
class Message:
    to: str
    subject: Text
    body: Text


def sign_in_message(to: str, url: str, minutes: int) -> Message:
    body = t(
        "Bonjour,\n\nPour vous connecter, ouvrez cette adresse puis appuyez sur "
        "« Me connecter » :\n\n{url}\n\nElle sert une seule fois, pendant {minutes} minutes. "
        "Si vous n'avez rien demandé, ne faites rien.\n",
        url=url,
        minutes=minutes,
    )
    return Message(to, t("Votre lien pour vous connecter"), body)


def invitation_message(to: str, inviter: str, place: str, url: str, minutes: int) -> Message:
    body = t(
        "Bonjour,\n\n{inviter} vous invite à rejoindre « {place} ».\n\nOuvrez cette adresse "
        "pour répondre :\n\n{url}\n\nElle sert une seule fois, pendant {minutes} minutes ; "
        "ensuite, demandez un nouveau lien sur la page de connexion avec votre adresse.\n",
        inviter=inviter,
        place=place,
        url=url,
        minutes=minutes,
    )
    return Message(to, t("Invitation à rejoindre « {place} »", place=place), body)


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends messages as the settings say."""

    settings: Settings

    async def send(self, message: Message) -> None:
        mail = EmailMessage(policy=SMTP)
        mail["To"] = message.to
        mail["From"] = self.settings.mail_from or "commons@localhost"
        mail["Subject"] = str(message.subject)
        mail.set_content(str(message.body))
        if self.settings.smtp_url:
            await self._by_smtp(mail)
        else:
            self._to_folder(mail, message)

    def _to_folder(self, mail: EmailMessage, message: Message) -> None:
        folder = self.settings.data_dir / "mail"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / f"{uuid4()}.eml").write_bytes(mail.as_bytes())
        sys.stderr.write(f"— Message pour {message.to} —\n{message.body}\n")

    async def _by_smtp(self, mail: EmailMessage) -> None:
        address = urlsplit(self.settings.smtp_url)
        is_tls = address.scheme == "smtps"
        await aiosmtplib.send(
            mail,
            hostname=address.hostname,
            port=address.port or (465 if is_tls else 25),
            use_tls=is_tls,
            username=unquote(address.username) if address.username else None,
            password=unquote(address.password) if address.password else None,
            timeout=SECONDS_MAX,
        )
