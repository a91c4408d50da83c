"""What a program does with docker-py, told line by line: it is the same at the door and at one engine."""

import io
import sys
import tarfile

import docker

image = sys.argv[1]
client = docker.from_env()


def tell(*words):
    print(*words, flush=True)


def main():
    tell("ping", client.ping(), "API", client.api._version != "")
    tell("run", client.containers.run(image, ["echo", "hello"], remove=True))
    web = client.containers.run(
        image,
        ["sh", "-c", "echo started; echo wrong >&2; sleep 1d"],
        name="py-web",
        detach=True,
        environment={"A": "b"},
        labels={"tier": "web"},
        ports={"80/tcp": None},
        mem_limit="32m",
        nano_cpus=100_000_000,
        tmpfs={"/scratch": "size=1m"},
        healthcheck={"test": ["CMD", "true"], "interval": 1_000_000_000},
    )
    tell("listed", [each.name for each in client.containers.list(filters={"label": "tier=web"})])
    web.reload()
    tell("state", web.status, web.attrs["Config"]["Env"][0], web.attrs["HostConfig"]["Memory"])
    tell("published", len(web.ports["80/tcp"]) > 0)
    tell("exec", web.exec_run(["sh", "-c", "echo $A; exit 3"]))
    tell("demuxed", web.exec_run(["sh", "-c", "echo out; echo err >&2"], demux=True))
    tell("streamed", b"".join(web.exec_run(["echo", "bit by bit"], stream=True).output))
    tell("logs", sorted(web.logs().splitlines()))
    for line in web.logs(stream=True, follow=True, stdout=True, stderr=False):
        tell("followed", line)
        break
    tell("stats", web.stats(stream=False)["name"])
    tell("top", web.top()["Titles"][0])

    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        entry = tarfile.TarInfo("note")
        entry.size = 5
        tar.addfile(entry, io.BytesIO(b"hello"))
    tell("put", web.put_archive("/tmp", archive.getvalue()))
    bits, stat = web.get_archive("/tmp/note")
    with tarfile.open(fileobj=io.BytesIO(b"".join(bits))) as tar:
        tell("got", stat["name"], tar.extractfile("note").read())
    tell("changed", any(each["Path"] == "/tmp/note" for each in web.diff()))

    socket = web.attach_socket(params={"stdin": 0, "stdout": 1, "stream": 1})
    socket.close()
    web.pause()
    web.reload()
    tell("paused", web.status)
    web.unpause()
    web.rename("py-shop")
    web.update(mem_limit="48m", memswap_limit="96m")
    web.restart(timeout=0)
    web.stop(timeout=0)
    tell("waited", web.wait()["StatusCode"])
    try:
        client.containers.run(image, name="py-shop", detach=True)
    except docker.errors.APIError as error:
        tell("taken", error.status_code)
    web.remove()
    for attempt in (lambda: client.containers.get("py-shop"), lambda: client.images.get("demo/nothing:1")):
        try:
            attempt()
        except docker.errors.NotFound as error:
            tell("not found", type(error).__name__)
    try:
        client.containers.run(image, ["sh", "-c", "exit 4"], remove=True)
    except docker.errors.ContainerError as error:
        tell("failed", error.exit_status)

    network = client.networks.create("py-net", driver="bridge", labels={"a": "b"})
    volume = client.volumes.create("py-data", labels={"a": "b"})
    both = client.containers.run(
        image, ["sleep", "1d"], detach=True, network="py-net", volumes={"py-data": {"bind": "/data", "mode": "rw"}}
    )
    network.reload()
    tell("members", len(network.containers), volume.attrs["Driver"])
    tell("networks", [each.name for each in client.networks.list(names=["py-net"])])
    network.disconnect(both)
    network.connect(both, aliases=["again"])
    both.remove(force=True)
    network.remove()
    volume.remove()
    tell("volumes", [each.name for each in client.volumes.list(filters={"label": "a=b"})])

    tell("tagged", client.images.get(image).tag("demo/py", "2"))
    tell("image", client.images.get("demo/py:2").tags[-1])
    client.images.remove("demo/py:2")
    context = io.BytesIO(f"FROM {image}\nRUN echo made > /made\nCMD cat /made\n".encode())
    built, lines = client.images.build(fileobj=context, tag="demo/py-built:1", rm=True)
    tell("built", built.tags, any("Successfully tagged" in each.get("stream", "") for each in lines))
    tell("runs", client.containers.run("demo/py-built:1", remove=True))
    client.images.remove("demo/py-built:1")
    try:
        client.images.build(fileobj=io.BytesIO(f"FROM {image}\nRUN exit 7\n".encode()), rm=True)
    except docker.errors.BuildError as error:
        tell("build failed", str(error)[:60])
    tell("info", client.info()["OSType"], client.version()["Os"])


main()
