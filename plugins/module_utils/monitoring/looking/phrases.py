# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every text of the panels and their page that is not data, in each language."""

from __future__ import annotations

from collections.abc import Mapping

from ...document.pages import LANGUAGES

Phrases = Mapping[str, str]

_PHRASES: Mapping[str, tuple[str, str]] = {
    "monitoring": ("Monitoreo", "Monitoring"),
    "seen_by": ("visto por Prometheus en {host}", "seen by Prometheus on {host}"),
    "nothing": ("No se vigila nada.", "Nothing is watched."),
    "range": ("Período", "Period"),
    "hours": ("{number} h", "{number} h"),
    "days": ("{number} días", "{number} days"),
    "alerts": ("Avisos", "Alerts"),
    "page": ("para ahora", "urgent"),
    "ticket": ("para después", "can wait"),
    "pending": ("por confirmar", "pending"),
    "no_alerts": ("Ninguno.", "None."),
    "since": ("desde", "since"),
    "requests": ("Peticiones", "Requests"),
    "requests_by_endpoint": ("Peticiones por endpoint", "Requests by endpoint"),
    "response_time": ("Tiempo de respuesta", "Response time"),
    "slow": ("p{percentile} por endpoint", "p{percentile} by endpoint"),
    "errors": ("Errores", "Errors"),
    "limited": ("limitadas", "limited"),
    "failing": ("Errores por endpoint ({statuses})", "Errors by endpoint ({statuses})"),
    "bandwidth": ("Ancho de banda", "Bandwidth"),
    "sent": ("enviado", "sent"),
    "received": ("recibido", "received"),
    "health": ("Salud de los componentes", "Health of components"),
    "targets": ("Programas que dan métricas", "Programs that give metrics"),
    "well": ("responde", "answers"),
    "bad": ("no responde", "does not answer"),
    "rows": ("Filas de la matriz", "Rows of the matrix"),
    "proven": ("en regla", "proven"),
    "not_proven": ("sin cumplirse", "not proven"),
    "proof_age": ("Última prueba", "Last proof"),
    "ago": ("atrás", "ago"),
    "denied": ("Paquetes denegados", "Packets denied"),
    "processor": ("Procesador", "Processor"),
    "memory": ("Memoria", "Memory"),
    "disk": ("Disco", "Disk"),
    "row": ("Fila", "Row"),
    "source": ("Origen", "Source"),
    "destination": ("Destino", "Destination"),
    "port": ("Puerto", "Port"),
    "action": ("Acción", "Action"),
    "alert_above": ("aviso sobre", "alert above"),
    "no_data": ("Sin datos.", "No data."),
    "more": ("y {number} más", "and {number} more"),
    "no_answer": ("Prometheus no responde", "Prometheus does not answer"),
    "no_script": ("Se dibuja con JavaScript.", "Drawn by JavaScript."),
}


def phrases(language: str) -> Phrases:
    """The texts in a language of :data:`LANGUAGES`."""
    column = LANGUAGES.index(language)
    return {key: texts[column] for key, texts in _PHRASES.items()}
