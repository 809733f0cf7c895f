// On the page that keeps what was typed: after signing in in another tab, the form's token is out
// of date; the new one is in the cookie. Without this file it takes one more press.

document.querySelector("form[data-again]")?.addEventListener("submit", (event) => {
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  if (cookie) {
    event.target.elements.csrfmiddlewaretoken.value = cookie.slice("csrftoken=".length);
  }
});
