"""imds.py ADDRESS PORT FOLDER - EC2's metadata service, version 2, with what moto's has not (VPC, key), and each way in which one can fail.

FOLDER/mode is read anew for each request: fine, none (no public address, no key, as the real one says it: 404), hang, drip, garbage, huge (more than is read), large (a body beyond the bound), refused (401), v1 (no tokens, answers
without), off (403), half (hangs after three values), odd (values with characters that no value has), chunked, two (Content-Length twice), redirect.
FOLDER/asked gets a line for each request: METHOD PATH and whether the token was right.
"""
import http.server
import socketserver
import sys
import threading
import time

address, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
lock = threading.Lock()
values = {
    "instance-id": "i-0a1b2c3d4e5f67890", "instance-type": "t4g.nano", "placement/region": "eu-central-1", "placement/availability-zone": "eu-central-1b",
    "mac": "0a:1b:2c:3d:4e:5f", "network/interfaces/macs/0a:1b:2c:3d:4e:5f/vpc-id": "vpc-0fedcba9876543210", "public-ipv4": "203.0.113.7", "local-ipv4": "10.0.12.34",
    "public-keys/": "0=ops-key", "ami-id": "ami-0123456789abcdef0",
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, text, *headers):
        data = text.encode()
        self.send_response(status)
        for name, value in headers or [("Content-Length", str(len(data)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def fault(self, mode, count):
        if mode == "hang" or (mode == "half" and count > 4):
            time.sleep(20)
        elif mode == "drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for _ in range(100):
                time.sleep(0.2)
                self.wfile.write(b"X: y\r\n")
        elif mode == "garbage":
            self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n\x00\xff\xfe")
        elif mode == "huge":
            self.answer(200, "a" * 5000)
        elif mode == "large":
            self.answer(200, "a" * 2000)
        elif mode == "refused":
            self.answer(401, "")
        elif mode == "off":
            self.answer(403, "")
        elif mode == "v1" and self.command == "PUT":
            self.answer(405, "")
        elif mode == "chunked":
            self.answer(200, "5\r\ntoken\r\n0\r\n\r\n", ("Transfer-Encoding", "chunked"))
        elif mode == "two":
            self.answer(200, "token", ("Content-Length", "5"), ("Content-Length", "5"))
        elif mode == "redirect":
            self.answer(302, "", ("Location", "http://127.0.0.1/"), ("Content-Length", "0"))
        else:
            return False
        return True

    def serve(self):
        self.close_connection = True
        with open(folder + "/mode", encoding="ascii") as f:
            mode = f.read().strip()
        token = self.headers.get("X-aws-ec2-metadata-token") == "AQAE-token_for-metadata=="
        with lock:
            with open(folder + "/asked", "a", encoding="ascii") as f:
                f.write(f"{self.command} {self.path} {'token' if token else 'bare'}\n")
            with open(folder + "/asked", encoding="ascii") as f:
                count = len(f.readlines())
        try:
            if self.fault(mode, count):
                return
            if self.path == "/latest/api/token":
                ok = self.command == "PUT" and self.headers.get("X-aws-ec2-metadata-token-ttl-seconds", "").isdigit()
                self.answer(200 if ok else 400, "AQAE-token_for-metadata==" if ok else "")
            elif not token and mode != "v1":
                self.answer(401, "")
            elif mode == "odd":
                self.answer(200, "<script>alert(1)</script>")
            elif mode == "none" and self.path.rsplit("/latest/meta-data/", 1)[1] in ("public-ipv4", "public-keys/"):
                self.answer(404, "")
            elif self.path.startswith("/latest/meta-data/") and self.path[18:] in values:
                self.answer(200, values[self.path[18:]])
            else:
                self.answer(404, "")
        except OSError:
            pass

    do_GET = do_PUT = serve


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


Server((address, port), Handler).serve_forever()
