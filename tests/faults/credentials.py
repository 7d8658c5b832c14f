"""credentials.py PORT FOLDER - lends AWS credentials as an ECS container's endpoint and as EC2's metadata service (IMDSv2) do.

FOLDER/lend: {"id": ..., "seconds": ...}: what it lends, read anew each time. FOLDER/asked gets a line for each request: METHOD PATH.
Refuses what the real ones refuse: metadata without a token made by PUT, a container request without the token of FOLDER/container-token.
"""
import http.server
import json
import socketserver
import sys
import threading
import time

port, folder = int(sys.argv[1]), sys.argv[2]
lock = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, text):
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def lent(self):
        with open(folder + "/lend", encoding="ascii") as f:
            lend = json.load(f)
        time.sleep(lend.get("slow", 0))
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + lend["seconds"]))
        return json.dumps({"Code": "Success", "AccessKeyId": lend["id"], "SecretAccessKey": "secret-of-" + lend["id"], "Token": "token-of-" + lend["id"], "Expiration": until})

    def serve(self):
        with lock, open(folder + "/asked", "a", encoding="ascii") as f:
            f.write(f"{self.command} {self.path}\n")
        if self.path == "/container":
            with open(folder + "/container-token", encoding="ascii") as f:
                ok = self.headers.get("Authorization") == f.read().strip()
            return self.answer(200, self.lent()) if ok else self.answer(401, "")
        if self.path == "/latest/api/token":
            ok = self.command == "PUT" and self.headers.get("X-aws-ec2-metadata-token-ttl-seconds", "").isdigit()
            return self.answer(200, "token-for-metadata") if ok else self.answer(405, "")
        if self.headers.get("X-aws-ec2-metadata-token") != "token-for-metadata":
            return self.answer(401, "")
        if self.path == "/latest/meta-data/iam/security-credentials/":
            return self.answer(200, "vaultsphere-role\n")
        if self.path == "/latest/meta-data/iam/security-credentials/vaultsphere-role":
            return self.answer(200, self.lent())
        return self.answer(404, "")

    do_GET = do_PUT = serve


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        # whoever was killed or timed out left a broken pipe
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


Server(("127.0.0.1", port), Handler).serve_forever()
