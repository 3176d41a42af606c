// Keeps the key of the session in the tab, and reports the key of the former session.
const NAME = "skloss.session";

export default function ({ data, setStateValue }) {
  let former = null;
  try {
    former = window.sessionStorage.getItem(NAME);
    window.sessionStorage.setItem(NAME, data.key);
  } catch {
    return; // storage is blocked: a reload then begins a new session
  }
  if (former !== null && former !== data.key) {
    setStateValue("former", former);
  }
}
