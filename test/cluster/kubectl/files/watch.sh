# Watches a ConfigMap, changes and deletes it, and ends the watch once it has told of all three.
sh -c 'echo $$; exec kubectl get configmap watched --watch --output-watch-events --no-headers' | {
  read -r watch
  read -r line
  echo "$line"
  kubectl label configmap watched color=blue >&2
  read -r line
  echo "$line"
  kubectl delete configmap watched >&2
  read -r line
  echo "$line"
  kill "$watch"
}
