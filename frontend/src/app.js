import "htmx.org";
import "./forms.js";
