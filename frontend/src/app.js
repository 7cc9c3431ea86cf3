import "htmx.org";
import "./forms.js";
import "./typed.js";
import "./shell.js";
import "./keys.js";
import "./drop.js";
