# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every text of the networking page that is not data, in each language."""

from __future__ import annotations

from collections.abc import Mapping

from ..document.pages import LANGUAGES

_PHRASES: Mapping[str, tuple[str, str]] = {
    "title": ("Networking y conectividad", "Networking and connectivity"),
    "description": (
        "Puertos, firewall, DNS, certificados y límites de {name}",
        "Ports, firewall, DNS, certificates and limits of {name}",
    ),
    "generated": (
        "Página generada desde los datos de la red por `nostromo.networking.document`: los cambios se hacen allí.",
        "Generated from the network's data by `nostromo.networking.document`: change the data, not this page.",
    ),
    "masked": (
        "Las direcciones están reemplazadas por palabras en mayúsculas.",
        "Addresses are replaced by words in capitals.",
    ),
    "architecture": ("Arquitectura", "Architecture"),
    "components": ("Componentes", "Components"),
    "component": ("Componente", "Component"),
    "hostname": ("Hostname", "Host name"),
    "internal_ip": ("IP interna", "Internal IP"),
    "external_ip": ("IP externa", "External IP"),
    "user": ("Usuario", "User"),
    "servers": ("Servidor", "Server"),
    "on_one_server": ("En un solo servidor", "On one server"),
    "on_one_server_intro": (
        "Estos servicios solo se alcanzan desde su propio servidor, y cada uno solo por los usuarios que las tablas permiten.",
        "These services are reached from their own server only, and each only by the users that the tables allow.",
    ),
    "address": ("Dirección", "Address"),
    "ports": ("Puertos", "Ports"),
    "public_ports": ("Puertos públicos", "Public ports"),
    "internal_ports": ("Puertos internos", "Internal ports"),
    "port": ("Puerto", "Port"),
    "protocol": ("Protocolo", "Protocol"),
    "service": ("Servicio", "Service"),
    "purpose": ("Descripción", "Description"),
    "firewall": ("Reglas de firewall", "Firewall rules"),
    "firewall_intro": (
        "Lo que ninguna fila permite está denegado, de entrada y de salida. Gana el origen más específico: componente, zona,"
        " `*`.",
        "What no row allows is denied, in and out. The most specific source wins: component, zone, `*`.",
    ),
    "inbound": ("Tráfico entrante", "Inbound traffic"),
    "internal": ("Tráfico interno y saliente", "Internal and outbound traffic"),
    "baseline": ("Tráfico básico de cada servidor", "Baseline traffic of every server"),
    "source": ("Origen", "Source"),
    "destination": ("Destino", "Destination"),
    "action": ("Acción", "Action"),
    "added": ("agregada", "added"),
    "dns": ("DNS", "DNS"),
    "nameservers": ("Servidores de nombres", "Name servers"),
    "record": ("Nombre", "Name"),
    "type": ("Tipo", "Type"),
    "value": ("Valor", "Value"),
    "ttl": ("TTL", "TTL"),
    "automatic": ("automático", "automatic"),
    "proxied": ("Proxy de Cloudflare (nube naranja)", "Cloudflare proxy (orange cloud)"),
    "ttl_note": (
        "Cloudflare fija por sí mismo el TTL de un registro con proxy; el valor documentado rige sin él.",
        "Cloudflare sets the TTL of a proxied record itself; the documented value holds without the proxy.",
    ),
    "origin_lock": (
        "El servidor solo admite a Cloudflare en los puertos {ports}: nadie llega a los sitios sin pasar por ahí.",
        "The server lets in Cloudflare alone on the ports {ports}: nobody reaches the sites past it.",
    ),
    "ssl_mode": ("Modo SSL/TLS", "SSL/TLS mode"),
    "always_https": ("Always Use HTTPS", "Always Use HTTPS"),
    "yes": ("sí", "yes"),
    "no": ("no", "no"),
    "certificate": ("Certificado SSL/TLS", "SSL/TLS certificate"),
    "certificate_intro": (
        "Let's Encrypt con Certbot, un certificado para",
        "Let's Encrypt by Certbot, one certificate for",
    ),
    "renewal": ("Renovación automática", "Automatic renewal"),
    "ssh": ("Acceso SSH", "SSH access"),
    "ssh_intro": (
        "Solo con llaves, desde",
        "With keys only, from",
    ),
    "ssh_keys": (
        "Las llaves públicas están en `~/.ssh/authorized_keys` del usuario administrador.",
        "The public keys are in the admin user's `~/.ssh/authorized_keys`.",
    ),
    "rate_limit": ("Rate limiting", "Rate limiting"),
    "rate_limit_intro": (
        "Lo que excede el límite recibe la respuesta 429.",
        "What exceeds the limit is answered 429.",
    ),
    "load_balancing": ("Balanceo de carga", "Load balancing"),
    "future": ("futuro", "future"),
    "active": ("activo", "active"),
    "load_balancing_plan": (
        "Nginx reparte entre varios nodos de {component}; sesiones fijas (sticky) que conservan el contexto del tenant; health"
        " checks con `GET {health}`.",
        "Nginx spreads over several nodes of {component}; sticky sessions that keep the tenant context; health checks with"
        " `GET {health}`.",
    ),
    "nodes": ("Nodos de {component}", "Nodes of {component}"),
    "vpc": ("Red privada (VPC)", "Private network (VPC)"),
    "vpc_plan": ("{components} pasan a una red privada.", "{components} move into a private network."),
    "vpc_gateway": (
        "Los demás salen de la red privada por {host}, según las filas.",
        "The others get out of the private network by way of {host}, as rows let them.",
    ),
    "vpc_active": ("{components} están en servidores propios.", "{components} are on servers of their own."),
    "and": ("y", "and"),
    "monitoring": ("Monitoreo", "Monitoring"),
    "monitoring_kept": (
        "Las métricas se guardan {days} días, hasta {gigabytes} GB.",
        "Metrics are kept for {days} days, up to {gigabytes} GB.",
    ),
    "monitoring_told": (
        "Direcciones de correo a las que se avisa: {email}; webhooks: {webhooks}.",
        "Mail addresses that are told of alerts: {email}; webhooks: {webhooks}.",
    ),
    "monitoring_untold": (
        "No se avisa a nadie: las alertas se ven solo en su página.",
        "Nobody is told: alerts show on its page alone.",
    ),
    "monitoring_where": (
        "Se mira en {component}, por `ssh -L {port}:{address}:{port}` hacia su servidor.",
        "It is looked at in {component}, by `ssh -L {port}:{address}:{port}` to its server.",
    ),
    "metrics": ("Métricas", "Metrics"),
    "alerts": ("Alertas", "Alerts"),
    "metric_requests": ("Requests por segundo por {by}", "Requests per second by {by}"),
    "metric_response_time": ("Tiempo de respuesta: {percentiles}", "Response time: {percentiles}"),
    "metric_error_rate": ("Tasa de errores ({statuses})", "Error rate ({statuses})"),
    "metric_bandwidth": ("Ancho de banda", "Bandwidth"),
    "alert_error_rate": (
        "Tasa de errores > {above_percent} % durante {for_minutes} minutos",
        "Error rate > {above_percent} % for {for_minutes} minutes",
    ),
    "alert_response_time": ("p{percentile} > {above_ms} ms", "p{percentile} > {above_ms} ms"),
    "alert_unreachable": (
        "{component} inalcanzable (falla el health check)",
        "{component} unreachable (health check fails)",
    ),
    "further_alerts": (
        "Además, salvo que se apaguen en los datos:",
        "Besides, unless they are switched off in the data:",
    ),
    "alert_health": (
        "Falla el health check de otro componente durante {for_minutes} min",
        "Another component's health check fails for {for_minutes} min",
    ),
    "alert_target": (
        "Un programa no entrega métricas durante {for_minutes} min, o desaparece de los que se consultan",
        "A program gives no metrics for {for_minutes} min, or vanishes from those that are asked",
    ),
    "alert_database": (
        "La base de datos no responde a su exporter durante {for_minutes} min",
        "The database does not answer its exporter for {for_minutes} min",
    ),
    "alert_certificate": (
        "Queda menos de {below_percent} % de la vida del certificado",
        "Less than {below_percent} % is left of the certificate's lifetime",
    ),
    "alert_origin_pulls": (
        "El certificado que muestra Cloudflare (authenticated origin pulls) vence en menos de {within_days} días",
        "The certificate that Cloudflare shows (authenticated origin pulls) ends within {within_days} days",
    ),
    "alert_disk": (
        "Un disco se llena en {within_hours} h, o está lleno a más de {above_percent} %",
        "A disk is full within {within_hours} h, or is fuller than {above_percent} %",
    ),
    "alert_memory": (
        "Memoria en uso > {above_percent} % durante {for_minutes} min",
        "Memory in use > {above_percent} % for {for_minutes} min",
    ),
    "alert_unit": (
        "Una unidad de systemd falló, o partió de nuevo más de {restarts} veces en {within_minutes} min",
        "A unit of systemd's has failed, or was started anew more than {restarts} times in {within_minutes} min",
    ),
    "alert_clock": (
        "Un reloj difiere en más de {above_ms} ms, o no se sincroniza, durante {for_minutes} min",
        "A clock differs by more than {above_ms} ms, or is not synchronised, for {for_minutes} min",
    ),
    "alert_log": (
        "Más de {above_lines} líneas del log de acceso no se entienden, o no se puede leer",
        "More than {above_lines} lines of the access log are not understood, or it cannot be read",
    ),
    "alert_configuration": (
        "Un programa del monitoreo no cargó su configuración",
        "A program of monitoring has not loaded its configuration",
    ),
    "alert_delivery": ("Un aviso no se pudo entregar", "A message could not be delivered"),
    "alert_row": (
        "Una fila de las tablas ya no se cumple",
        "A row of the tables no longer holds",
    ),
    "alert_proof": (
        "La prueba de las filas tiene más de {above_minutes} min, la de `verify` más de {verify_above_hours} h, o hay fallas",
        "The rows' proof is older than {above_minutes} min, that of `verify` than {verify_above_hours} h, or there are faults",
    ),
    "troubleshooting": ("Solución de problemas", "Troubleshooting"),
    "refused": ("`ECONNREFUSED` en {component}", "`ECONNREFUSED` on {component}"),
    "refused_running": ("¿Está corriendo?", "Is it running?"),
    "refused_listening": ("¿Escucha en el puerto {port}?", "Is port {port} listening?"),
    "refused_firewall": (
        "¿Lo deja pasar el firewall, y qué fila lo decide?",
        "Does the firewall let it through, and which row says so?",
    ),
    "expired": ("`ERR_CERT_DATE_INVALID`", "`ERR_CERT_DATE_INVALID`"),
    "expired_intro": ("Renovar el certificado y recargar Nginx:", "Renew the certificate and reload Nginx:"),
    "history": ("Historial de cambios", "Change history"),
    "date": ("Fecha", "Date"),
    "change": ("Cambio", "Change"),
}  # fmt: skip


def phrases(language: str) -> dict[str, str]:
    """The page's texts in a language of :data:`LANGUAGES`."""
    column = LANGUAGES.index(language)
    return {key: texts[column] for key, texts in _PHRASES.items()}
